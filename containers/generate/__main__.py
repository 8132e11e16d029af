"""Writes the generated files; with --check it writes nothing, prints what is out of date, and fails if anything is."""

import sys

from containers.generate.files import difference, stale
from containers.manifest import ROOT


def check() -> None:
    """Prints the differences. Exits with 1 where there are some."""
    found = list(stale())
    for path, content in found:
        print(difference(path, content))
    sys.exit("out of date; run `make generate` and commit" if found else 0)


def write() -> None:
    """Writes every file that is out of date."""
    for path, content in stale():
        path.write_text(content)
        print(f"wrote {path.relative_to(ROOT)}")


if __name__ == "__main__":
    check() if "--check" in sys.argv[1:] else write()
