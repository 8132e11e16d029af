"""Reads GLSL source for loops that may never end, in processes of its own."""
