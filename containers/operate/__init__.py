"""Running the stack with Docker: `make up`, `down`, `logs`, `ps`, `shell`, `seed`, `backup`, `restore`, `roll`, `base-backup`, `rewind`.

Needs Python, Docker and compose 2.24.4 or later, and nothing else: a machine that only runs the stack has no environment.
"""
