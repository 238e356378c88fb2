"""The event store: the one package that imports `eventsourcing`. Domains import `store.aggregate` alone."""

from __future__ import annotations

from pathlib import Path

__all__ = ["MIGRATIONS"]

MIGRATIONS = Path(__file__).parent / "migrations"
