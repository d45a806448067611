"""The provincial interconnection axis."""
