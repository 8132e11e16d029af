"""Renders: queued, claimed, settled, read."""
