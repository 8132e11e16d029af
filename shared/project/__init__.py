"""The project document."""
