"""The HTTP resources of the renderer."""
