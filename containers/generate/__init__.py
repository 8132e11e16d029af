"""What is generated from the manifests, the handlers and the migrations: `python -m containers.generate [--check]`."""
