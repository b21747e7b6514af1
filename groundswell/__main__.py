"""The command line, as `groundswell` or `python -m groundswell`."""

from __future__ import annotations

import sys


def entry() -> None:
    """Run as the installed command; end with exit code 2 if a file or folder of the user hides a part of ours."""
    try:
        import groundswell  # noqa: F401
    except ImportError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
    from experiments.cli.command_line import main

    sys.exit(main())


if __name__ == "__main__":
    entry()
