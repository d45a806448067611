"""What the parent gathers for judging."""
