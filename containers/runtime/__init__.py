"""One function as a process: served by gunicorn, worked by RQ, or run by itself; and its health server."""
