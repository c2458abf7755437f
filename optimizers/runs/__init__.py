"""One run, step by step, and every number it produced."""
