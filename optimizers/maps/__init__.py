"""Many runs at once: only where they end is kept."""
