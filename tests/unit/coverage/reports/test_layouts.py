"""Layouts add up to what they divide, and sums of members are those of the facts in force on the day."""

from __future__ import annotations

from collections import Counter
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from services.coverage.domain.keys import DUTIES, MEMBERS, STATUSES, enterprise_key
from services.coverage.domain.slots import Entry, Slot
from services.coverage.reports.layouts import Part, first_layout, third_layout
from services.coverage.reports.people import People, people
from services.coverage.reports.tally import tally
from tests.unit.coverage.histories import folded_of

DAY = date(2022, 3, 31)
TODAY = DAY.toordinal()

keys = st.builds(
    enterprise_key, st.integers(0, len(STATUSES) - 1), st.integers(0, len(DUTIES) - 1),
    st.integers(0, len(MEMBERS) - 1), st.just(0), st.just(0),
)  # fmt: skip
counts = st.lists(st.tuples(keys, st.integers(1, 50)), max_size=30)


def entry(
    slot: int, value: int, *, day: int = TODAY - 30, version: int = 1, until: int = 0, ident: str | None = None
) -> Entry:
    return (day, version, slot, value, until, ident)


@given(counts)
def test_a_unit_is_divided_by_how_its_enterprises_are_covered(pairs: list[tuple[int, int]]) -> None:
    part = Part("单位", tally([pairs]), People(own=(tally([pairs]).own, 0, 0)), Counter())
    cells = dict(zip(first_layout(part).columns, first_layout(part).rows[0].cells, strict=True))
    uncovered = sum(int(cell) for name, cell in cells.items() if name.startswith("未建立党组织"))
    assert int(cells["单位数"]) == part.tally.own + part.tally.joined + uncovered
    third = dict(zip(third_layout(part, [part]).columns, third_layout(part, [part]).rows[0].cells, strict=True))
    joined = [
        int(third[f"联合建立党组织/{name}"]) for name in ("有3名党员以上的", "有党员但不足3名的", "没有党员或未摸底的")
    ]
    assert int(third["联合建立党组织/覆盖企业"]) == sum(joined)
    assert int(third["合计"]) == int(third["单独建立党组织/覆盖企业"]) + sum(joined)


def test_sums_are_of_what_is_in_force_on_the_day() -> None:
    first = [
        entry(Slot.FORMAL, 5), entry(Slot.FORMAL, 9, day=TODAY + 1, version=2), entry(Slot.PROBATIONARY, 1),
        entry(Slot.ELSEWHERE, 2), entry(Slot.OWN, 1, ident="org-1"),
    ]  # fmt: skip
    second = [entry(Slot.FORMAL, 3), entry(Slot.ADVISER_COMMUNITY, 1, ident="adv-1")]
    third = [
        entry(Slot.ADVISER_COMMUNITY, 1, ident="adv-1"), entry(Slot.ADVISER_OTHER, 1, until=TODAY - 1, ident="adv-2"),
    ]  # fmt: skip
    groups, everyone = people({-1: [folded_of(first)], 0: [folded_of(second), folded_of(third)], 1: []}, DAY)
    assert groups[-1] == People(5, 1, 2, 0, 0, (1, 0, 0))
    assert groups[0] == People(3, 0, 0, 2, 1, (0, 0, 0))
    assert groups[1] == People()
    assert everyone == People(8, 1, 2, 2, 1, (1, 0, 0))


def test_what_is_not_collected_stands_as_a_dash() -> None:
    layout = first_layout(Part("单位", tally([]), People(), Counter()))
    assert len(layout.rows) == 5
    assert all(set(row.cells) == {"–"} for row in layout.rows[1:])
    assert "不采集" in layout.note
