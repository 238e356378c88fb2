"""Dated slots against a plain reading of the rule, and what a command may change."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.registry.domain.dated import Entry, Slot

START = date(2026, 1, 1)
DAYS = st.integers(0, 40).map(lambda n: START + timedelta(days=n))
ENTRIES = st.lists(st.tuples(DAYS, st.sampled_from([None, 0, 1, 2]), st.one_of(st.none(), DAYS)), max_size=8)


def slot_of(facts: list[tuple[date, object, date | None]]) -> Slot:
    slot = Slot()
    for version, (effective, value, until) in enumerate(facts, 1):
        slot.put(Entry(effective, version, value, until))
    return slot


def plainly(facts: list[tuple[date, object, date | None]], day: date) -> object:
    """Domain §6 word for word: the greatest (effective, version) with effective ≤ D; empty after its `until`."""
    known = [
        (effective, version, value, until)
        for version, (effective, value, until) in enumerate(facts)
        if effective <= day
    ]
    if not known:
        return None
    _, _, value, until = max(known, key=lambda entry: entry[:2])
    return None if until is not None and until < day else value


@given(ENTRIES, DAYS)
def test_value_on_a_day(facts: list[tuple[date, object, date | None]], day: date) -> None:
    assert slot_of(facts).on(day) == plainly(facts, day)


@given(ENTRIES, DAYS, st.sampled_from([None, 0, 1, 2]), st.one_of(st.none(), DAYS))
def test_says_means_that_nothing_changes(
    facts: list[tuple[date, object, date | None]], day: date, value: object, until: date | None
) -> None:
    if slot_of(facts).says(day, value, until):
        more = [*facts, (day, value, until)]
        for n in range(60):
            assert plainly(more, START + timedelta(days=n)) == plainly(facts, START + timedelta(days=n))


@given(ENTRIES, st.data())
def test_a_voided_entry_leaves_no_trace(facts: list[tuple[date, object, date | None]], data: st.DataObject) -> None:
    if facts:
        version = data.draw(st.integers(1, len(facts)))
        slot = slot_of(facts)
        slot.drop(version)
        rest = slot_of(facts[: version - 1] + facts[version:])
        for n in range(60):
            assert slot.on(START + timedelta(days=n)) == rest.on(START + timedelta(days=n))


@given(ENTRIES)
def test_values_change_on_the_days_that_are_named(facts: list[tuple[date, object, date | None]]) -> None:
    slot, before = slot_of(facts), None
    for n in range(60):
        day = START + timedelta(days=n)
        if slot.on(day) != before:
            assert day in slot.changes()
        before = slot.on(day)


@given(ENTRIES, DAYS)
def test_the_next_change_is_the_first_of_the_days_to_come(
    facts: list[tuple[date, object, date | None]], day: date
) -> None:
    slot = slot_of(facts)
    assert slot.next_change(day) == min((later for later in slot.changes() if later > day), default=None)
