"""`python -m sandbox.cli`: the same as `sandbox`."""

import sys

from sandbox.cli import main

if __name__ == "__main__":
    sys.exit(main())
