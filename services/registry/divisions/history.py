"""The history of all divisions to county level, told by the yearly tables one after the other.

The tables have years, not days: what a year's table shows anew is dated the 1 January of that year. A unit whose
code changes is closed and followed by a new unit, because the code is what the outside world knows it by.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path

from services.registry.divisions.compare import YearChange
from services.registry.divisions.rows import (
    FIRST_DAY,
    NATION,
    NATION_CODE,
    NATION_NAME,
    UnitRow,
    unit_id,
)
from services.registry.divisions.tables import OFFICIAL_YEAR, Table
from xianfeng.words import say

__all__ = ["BadEntry", "Unit", "division_rows", "follow"]

_SUCCESSIONS = Path(__file__).with_name("successions.toml")


class BadEntry(ValueError):
    """An entry of a data file beside this module contradicts the tables; the message is for people."""

    def __init__(self, file: Path, index: int, problem: str) -> None:
        super().__init__(say("divisions.bad-entry", file=file.name, index=index, problem=problem))


class Unit:
    """One division through the years: its spans (first year, name, parent), the year it was closed, who follows."""

    __slots__ = ("closed", "code", "id", "level", "spans", "successors")

    def __init__(self, code: str, level: str, year: int, name: str, parent: Unit | None) -> None:
        self.id = ""
        self.code = code
        self.level = level
        self.spans: list[tuple[int, str, Unit | None]] = [(year, name, parent)]
        self.closed: int | None = None
        self.successors: list[Unit] = []

    def now(self, year: int, name: str, parent: Unit | None) -> None:
        """Take note of the year's name and parent; a new span when either is new."""
        if self.spans[-1][1] != name or self.spans[-1][2] is not parent:
            self.spans.append((year, name, parent))

    def rows(self) -> Iterator[UnitRow]:
        """The unit's spans as rows; the last one bears the successors."""
        starts = [date(year, 1, 1) for year, _, _ in self.spans]
        closed = date(self.closed, 1, 1) if self.closed else None
        for (_, name, parent), start, end in zip(self.spans, starts, [*starts[1:], closed], strict=True):
            yield UnitRow(
                self.id, self.code, name, self.level, parent.id if parent else None, int(self.code) * 1000,
                start, end and end - timedelta(days=1),
                tuple(unit.id for unit in self.successors) if end is closed else (),
            )  # fmt: skip


def follow(tables: Mapping[int, Table]) -> list[Unit]:
    """All units of consecutive yearly tables, the nation first. Raises BadEntry when `successions.toml` errs."""
    first, *later = sorted(tables)
    nation = Unit(NATION_CODE, NATION, FIRST_DAY.year, NATION_NAME, None)
    bearers, units = {NATION_CODE: nation}, [nation]
    units += _open(list(tables[first]), tables[first], first, bearers)
    successions = _successions(tables)
    for year in later:
        change = YearChange(tables[year - 1], tables[year])
        closed = {code: bearers.pop(code) for code in change.gone}
        units += _open(change.opened, tables[year], year, bearers)
        _go_on(change, year, bearers)
        for code, unit in closed.items():
            unit.closed = year
            unit.successors = [bearers[heir] for heir in successions.get((year, code)) or change.successors(code)]
    _identify(units)
    return units


def _open(codes: list[str], table: Table, year: int, bearers: dict[str, Unit]) -> list[Unit]:
    opened = [Unit(code, table[code].level, year, table[code].name, None) for code in codes]
    bearers.update(zip(codes, opened, strict=True))
    for unit in opened:
        unit.spans = [(year, table[unit.code].name, bearers[table[unit.code].parent])]
    return opened


def _go_on(change: YearChange, year: int, bearers: dict[str, Unit]) -> None:
    opened = set(change.opened)
    for code, division in change.after.items():
        if division.parent in opened or change.before.get(code) != division:
            bearers[code].now(year, division.name, bearers[division.parent])


def _identify(units: list[Unit]) -> None:
    """The last bearer of a code is known by the code alone."""
    last = {unit.code: unit for unit in units}
    for unit in units:
        unit.id = unit_id(unit.code if last[unit.code] is unit else f"{unit.code}/{unit.spans[0][0]}")


def _successions(tables: Mapping[int, Table]) -> dict[tuple[int, str], list[str]]:
    entries = tomllib.loads(_SUCCESSIONS.read_text(encoding="utf-8"))["succession"]
    for index, entry in enumerate(entries, start=1):
        year, code = entry["year"], entry["code"]
        if code not in tables[year - 1] or code in tables[year]:
            raise BadEntry(_SUCCESSIONS, index, say("divisions.not-vanished", code=code, year=year))
        for heir in entry["successors"]:
            if heir not in tables[year]:
                raise BadEntry(_SUCCESSIONS, index, say("divisions.not-there", code=heir, year=year))
    return {(entry["year"], entry["code"]): entry["successors"] for entry in entries}


def division_rows(tables: Mapping[int, Table], official: Table) -> Iterator[UnitRow]:
    """The rows of all divisions from the nation to the counties, unit by unit."""
    for unit in follow({**tables, OFFICIAL_YEAR: official}):
        yield from unit.rows()
