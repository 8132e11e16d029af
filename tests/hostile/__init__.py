"""Hostile shaders and good ones, mixed, through a real renderer service: `python -m tests.hostile`."""
