"""Official mail: IMAP mailboxes, an SMTP/LMTP door, answers by SMTP."""
