"""Kubernetes manifests, made from the functions' function.toml files: `python -m containers.kubernetes`."""
