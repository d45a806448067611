"""The killable child that runs the pure half, and the parent side of it."""
