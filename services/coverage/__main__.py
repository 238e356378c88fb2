"""`python -m services.coverage`."""

from __future__ import annotations

import sys

from services.coverage.main import main

if __name__ == "__main__":
    sys.exit(main())
