"""The one HTTP client that may leave."""
