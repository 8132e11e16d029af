"""Versions of shaders."""
