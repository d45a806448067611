"""The files of schemas/ that envelopes are checked with, by name."""

ENVELOPE = "edxml.xsd"
STATUS = "status.xsd"
SIGNATURE = "xmldsig-core-schema.xsd"

NAMES = (ENVELOPE, STATUS, SIGNATURE)
