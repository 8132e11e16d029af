"""Shaders: create, list, read, save, fork, delete."""
