"""A Chromium of the renderer: found, started in its sandbox, kept ready, measured, killed."""
