"""What a visitor may take along: runs as a table, the figure, and scripts that make the same runs."""
