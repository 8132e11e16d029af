"""Rings again for work that nobody does, and cleans up."""
