"""Bytes to Envelope and back; pure."""
