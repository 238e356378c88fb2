"""Columns and values in the catalogue's words."""

from __future__ import annotations

from services.registry.ledger.fields import CLEAR, FIELDS
from xianfeng.words import catalogue, say

__all__ = ["heading", "in_cell", "shown"]

_CODED = {"registry_status", "kind", "not_ready_state"}


def heading(field: str) -> str:
    """The column's name."""
    return say(f"ledger.column.{field}")


def shown(field: str, value: str) -> str:
    """A value in words; numbers, days and names as they are."""
    if value == "":
        return say("ledger.absent")
    if value != CLEAR and not _is_coded(field):
        return value
    words = catalogue()
    return words.get(f"ledger.value.{value}") or words.get(f"registry.value.{value}") or value


def in_cell(field: str, value: str) -> str:
    """The same, in a workbook: what is not known is an empty cell."""
    return shown(field, value) if value else ""


def _is_coded(field: str) -> bool:
    return field in _CODED or (field in FIELDS and FIELDS[field].kind in ("choice", "mark"))
