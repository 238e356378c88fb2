"""`python -m services.registry`: the process that the supervisor runs."""

from __future__ import annotations

import sys

from services.registry.main import main

sys.exit(main())
