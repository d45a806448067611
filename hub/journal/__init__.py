"""The append-only memory and the tables made from it."""
