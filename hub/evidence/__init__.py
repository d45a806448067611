"""Kept bytes, by digest."""
