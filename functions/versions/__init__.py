"""A shader's versions."""
