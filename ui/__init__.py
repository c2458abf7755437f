"""Widgets, links, caches and the stage. Knows no mathematics."""
