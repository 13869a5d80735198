"""The command line. It must answer at once: each command imports what is heavy for itself."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code as in the command-line contract.

    0 gates pass, 1 gates fail, 2 bad input, 3 too many invalid episodes, 70 a bug of ours, 130
    interrupted. Bad input is told in one line; no traceback is shown.
    """
    from sandbox.cli.app import invoke  # noqa: PLC0415 - so that `import sandbox.cli` costs nothing

    return invoke(list(sys.argv[1:] if argv is None else argv))
