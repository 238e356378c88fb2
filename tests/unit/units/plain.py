"""The tree told again, slowly and plainly, and random histories to compare it with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from hypothesis import strategies as st

from xianfeng.units import Closed, Moved, Opened, Renamed, UnitChange, UnitTree

START = date(2020, 1, 1)
DAYS = 8
TOP = "top"
UNITS = [f"u{n}" for n in range(9)]


def day(n: int) -> date:
    return START + timedelta(days=n)


days = st.integers(0, DAYS).map(day)
_units = st.sampled_from(UNITS)
_changes: st.SearchStrategy[UnitChange] = st.one_of(
    st.builds(Renamed, _units, st.sampled_from("甲乙丙丁"), days),
    st.builds(Moved, _units, st.sampled_from([TOP, *UNITS]), days),
    st.builds(Closed, _units, days, st.lists(_units, max_size=2).map(tuple)),
)


@st.composite
def histories(draw: st.DrawFn) -> list[UnitChange]:
    """The top, nine units under earlier ones, then anything at all, told in any order of days."""
    changes: list[UnitChange] = [Opened(TOP, "100000", "国", "nation", None, 0, START)]
    for n, unit in enumerate(UNITS):
        parent = draw(st.sampled_from([TOP, *UNITS[:n]]))
        code = draw(st.sampled_from([None, f"{n:06}"]))
        changes.append(Opened(unit, code, f"单位{n}", "county", parent, n, draw(days)))
    return changes + draw(st.lists(_changes, max_size=14))


def grown(changes: Sequence[UnitChange]) -> UnitTree:
    tree = UnitTree()
    for change in changes:
        tree.apply(change)
    return tree


def lives(changes: Sequence[UnitChange], unit: str, on: date) -> bool:
    """By the rule for dated slots: the entry with the greatest (day, version) among those of day ≤ on."""
    entries = [
        (change.day, version, isinstance(change, Opened))
        for version, change in enumerate(changes)
        if change.id == unit and change.day <= on and isinstance(change, Opened | Closed)
    ]
    return bool(entries) and max(entries)[2]


def name(changes: Sequence[UnitChange], unit: str, on: date) -> str:
    entries = [
        (change.day, version, change.name)
        for version, change in enumerate(changes)
        if change.id == unit and change.day <= on and isinstance(change, Opened | Renamed)
    ]
    return max(entries)[2]
