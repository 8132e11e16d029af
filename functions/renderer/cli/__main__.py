"""Entry point of `python -m functions.renderer.cli`."""

import signal
import sys


def start() -> int:
    """Runs the command; as long as there is nothing to clean up, Ctrl-C ends it without a traceback."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from functions.renderer.cli.commands import main

    return main()


if __name__ == "__main__":
    sys.exit(start())
