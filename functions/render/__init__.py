"""Makes the pictures of queued renders: claims a row, asks the renderer, stores what it returns."""
