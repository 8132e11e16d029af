"""The renderer as a command: `python -m functions.renderer.cli`, or `fractafrag` at the top of the repository."""
