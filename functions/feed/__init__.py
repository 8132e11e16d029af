"""Feeds: new, trending, similar."""
