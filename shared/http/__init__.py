"""HTTP: handlers, the applications around them, idempotency keys."""
