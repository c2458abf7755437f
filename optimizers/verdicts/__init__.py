"""What became of a run, and what kind of place it came to."""
