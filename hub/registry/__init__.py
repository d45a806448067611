"""Look-ups over agencies; pure."""
