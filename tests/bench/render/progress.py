"""Lines of progress, beside the results."""

import sys


def tell(text: str) -> None:
    """A line on standard error."""
    print(f"  {text}", file=sys.stderr, flush=True)
