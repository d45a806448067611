"""Neighbours to rehearse with; talks to the hub only through its doors."""
