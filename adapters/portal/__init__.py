"""The TTHC portal: dossiers by push and by poll."""
