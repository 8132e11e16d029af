"""Whether the whole can serve."""
