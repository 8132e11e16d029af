"""How a function becomes a process or an image."""
