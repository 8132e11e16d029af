"""Prints the manifests as YAML: python -m containers.kubernetes --host shaders.example.org --tag 1.2.0 ..."""

import os
import sys

from containers.kubernetes.manifests import manifests
from containers.kubernetes.objects import dump
from containers.kubernetes.settings import SettingsError, read_settings
from containers.manifest import ManifestError, functions

_FROM_ENVIRONMENT = ("PUBLIC_URL", "SERVERLESS")


def main() -> None:
    """The command line."""
    defaults = {name.lower(): os.environ.get(name, "") for name in _FROM_ENVIRONMENT}
    try:
        sys.stdout.write(dump(manifests(functions(), read_settings(sys.argv[1:], defaults))))
    except (ManifestError, SettingsError) as error:
        sys.exit(f"kubernetes: {error}")


if __name__ == "__main__":
    main()
