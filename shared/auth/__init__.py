"""Sign-in and credentials."""
