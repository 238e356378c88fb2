"""Events on their way: relay to Kafka, consumers with a place of their own, projections, data kept aside."""

from __future__ import annotations

from pathlib import Path

__all__ = ["MIGRATIONS"]

MIGRATIONS = Path(__file__).parent / "migrations"
