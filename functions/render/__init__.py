"""Makes the pictures that are due."""
