"""Clips from frames: drawing in batches, encoding, loops, motion and flashes."""
