"""Our code for each kind of source."""
