"""The divisions of the whole country since 1980 and the units that are none, as dated rows."""

from __future__ import annotations

from services.registry.divisions.facts import iter_changes, iter_divisions
from services.registry.divisions.history import BadEntry
from services.registry.divisions.rows import LEVELS, NATION_CODE, UnitRow, unit_id
from services.registry.divisions.tables import SourceMissing

__all__ = ["LEVELS", "NATION_CODE", "BadEntry", "SourceMissing", "UnitRow", "iter_changes", "iter_divisions", "unit_id"]
