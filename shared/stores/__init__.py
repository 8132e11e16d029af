"""Adapters to what is outside: Postgres, Redis, the storage of pictures."""
