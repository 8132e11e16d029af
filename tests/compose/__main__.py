"""`make test-containers`: the tests in their order, then one line of JSON. Exits non-zero when a bar fails."""

import json
import sys
from pathlib import Path

import pytest

from tests.compose.containers import Containers

HERE = Path(__file__).parent
ORDER = ("images", "running", "isolation", "replacing", "forms", "restoring")
KEYS = ("build_s", "up_s", "idle_mb", "idle_cores", "requests", "failed_requests", "restored_equal")


class Figures:
    """Keeps the figures of the session's stack."""

    found: dict[str, object] = {}  # noqa: RUF012  # one session a process

    def pytest_fixture_setup(self, fixturedef: object, request: pytest.FixtureRequest) -> None:
        """The stack's own dictionary, which the tests fill."""
        del fixturedef
        if request.fixturename == "stack":
            built: Containers = request.getfixturevalue("built")
            Figures.found = built.figures


def main() -> None:
    """Runs them."""
    files = [str(HERE / f"test_{name}.py") for name in ORDER]
    code = int(
        pytest.main(["-q", "-x", "-p", "no:cacheprovider", "--durations=8", *sys.argv[1:], *files], plugins=[Figures()])
    )
    extra = {name: value for name, value in Figures.found.items() if name not in KEYS}
    print("also:", json.dumps(extra))
    print(json.dumps({name: Figures.found.get(name) for name in KEYS}))
    sys.exit(code or int(any(name not in Figures.found for name in KEYS)))


if __name__ == "__main__":
    main()
