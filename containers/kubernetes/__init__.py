"""Kubernetes manifests, from the same function manifests as everything else: `python -m containers.kubernetes`."""
