"""The whole stack without Docker: one supervisor, everything a child process on loopback."""
