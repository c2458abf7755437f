"""Speed and load, runnable by anyone: ``python -m benchmarks``."""
