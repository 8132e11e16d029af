"""Renders: their status, and pictures of anything on request."""
