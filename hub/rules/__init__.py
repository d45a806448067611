"""Examined, history and registry to a decision; pure."""
