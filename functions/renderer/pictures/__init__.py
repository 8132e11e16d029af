"""Single pictures from raw pixels: encoding, measuring, comparing, downscaling."""
