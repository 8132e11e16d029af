"""What an HTTP handler is made of."""
