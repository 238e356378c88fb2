"""`python -m services.coverage`: the process that the supervisor runs."""

from __future__ import annotations

import sys

from services.coverage.main import main

sys.exit(main())
