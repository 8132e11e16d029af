"""Wakes workers for rows that nobody works on, looks after stored pictures, and sweeps."""
