"""Sign-in: register, login, refresh, logout."""
