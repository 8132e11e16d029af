"""Shaders."""
