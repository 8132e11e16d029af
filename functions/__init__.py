"""One folder a function: a manifest and a handler."""
