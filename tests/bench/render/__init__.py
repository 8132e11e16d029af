"""`make bench-render`: what the renderer costs beside the usual way and beside bare OpenGL, and how quick it is."""
