"""The doors of agencies."""
