"""Votes on shaders."""
