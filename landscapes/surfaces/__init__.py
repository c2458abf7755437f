"""The built-in surfaces, one file a family."""
