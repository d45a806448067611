"""Bytes, knowledge and a moment to findings; pure."""
