"""Sees what a picture looks like, so that others like it are found."""
