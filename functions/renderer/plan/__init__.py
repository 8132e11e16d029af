"""Checks projects, and fits plans to the deadline."""
