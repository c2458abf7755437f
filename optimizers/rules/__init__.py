"""The update rules, one file a family."""
