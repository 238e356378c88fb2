"""Units that are not divisions, and the streets that report to them: `other_units.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Container
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from services.registry.divisions.history import BadEntry
from services.registry.divisions.rows import UnitRow, unit_id
from xianfeng.words import say

__all__ = ["OtherUnits", "other_units"]

_FILE = Path(__file__).with_name("other_units.toml")


@dataclass(frozen=True, slots=True)
class OtherUnits:
    """The units' rows; code of a street → (unit, first day there); code of a division → its other names."""

    rows: list[UnitRow]
    moves: dict[str, tuple[str, date]]
    also: dict[str, tuple[str, ...]]


def other_units(known: Container[str]) -> OtherUnits:
    """Read the data file. Raises BadEntry when a parent or a member is not among the known codes."""
    rows: list[UnitRow] = []
    moves: dict[str, tuple[str, date]] = {}
    data = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    for index, entry in enumerate(data["unit"], start=1):
        if entry["parent"] not in known:
            raise BadEntry(_FILE, index, say("divisions.no-parent", code=entry["parent"]))
        code: str | None = entry.get("code")
        unit = unit_id(code or entry["path"])
        order = int(code) * 1000 if code else entry["order"]
        since: date = entry["since"]
        row = UnitRow(unit, code, entry["name"], entry["level"], unit_id(entry["parent"]), order, since)
        rows.append(row._replace(also=tuple(entry.get("also", ()))))
        for member in entry["members"]:
            if member not in known:
                raise BadEntry(_FILE, index, say("divisions.no-unit", code=member))
            moves[member] = (unit, since)
    return OtherUnits(rows, moves, {code: tuple(names) for code, names in data["also"].items()})
