"""The command line: `python3 -m containers.operate up`."""

import sys
from collections.abc import Callable

if sys.version_info < (3, 11):  # noqa: UP036  # whoever has an older one should read this, and no traceback
    sys.exit("this needs Python 3.11 or later: PYTHON=python3.11 make ...")

from containers.operate import archive, backup, lifecycle
from containers.operate.compose import OperationError

COMMANDS: dict[str, Callable[[], None]] = {
    "up": lifecycle.up,
    "down": lifecycle.down,
    "logs": lifecycle.logs,
    "ps": lifecycle.ps,
    "shell": lifecycle.shell,
    "seed": lifecycle.seed,
    "roll": lifecycle.roll,
    "backup": backup.backup,
    "restore": backup.restore,
    "base-backup": archive.base_backup,
    "rewind": archive.rewind,
}


def main() -> None:
    """Runs one command."""
    if len(sys.argv) != 2 or sys.argv[1] not in COMMANDS:
        sys.exit(f"usage: python3 -m containers.operate {'|'.join(COMMANDS)}")
    try:
        COMMANDS[sys.argv[1]]()
    except OperationError as error:
        sys.exit(f"{sys.argv[1]}: {error}")
    except FileNotFoundError as error:
        sys.exit(f"{sys.argv[1]}: {error.filename} is missing; install Docker with compose v2")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
