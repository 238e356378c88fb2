"""What holds for every history of units, however odd: circles, late facts, closings into each other."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.units.plain import DAYS, START, TOP, UNITS, days, grown, histories, lives, name
from xianfeng.units import Closed, Moved, Opened, Renamed, UnitChange

ALL = [TOP, *UNITS]


@given(histories(), days)
def test_every_unit_reaches_the_root(changes: list[UnitChange], day) -> None:
    tree = grown(changes).on(day)
    for unit in ALL:
        assert tree.ancestors(unit)[0] == unit
        assert tree.ancestors(unit)[-1] == TOP
        assert tree.lies_under(unit, TOP)


@given(histories(), days)
def test_the_dated_slots_decide_life_and_name(changes: list[UnitChange], day) -> None:
    tree = grown(changes).on(day)
    for unit in UNITS:
        assert tree.alive(unit) == lives(changes, unit, day)
        if tree.alive(unit):
            assert tree.name(unit) == name(changes, unit, day)


@given(histories(), days)
def test_a_unit_is_its_own_and_its_childrens_subtrees(changes: list[UnitChange], day) -> None:
    tree = grown(changes).on(day)
    for unit in tree:
        parts = [*tree.own(unit), *(under for child in tree.children(unit) for under in tree.subtree(child))]
        assert sorted(parts) == sorted(tree.subtree(unit))
    assert sorted(tree.subtree(TOP)) == sorted(ALL)


@given(histories(), days)
def test_every_unit_is_counted_once_on_every_level(changes: list[UnitChange], day) -> None:
    tree = grown(changes).on(day)
    for unit in ALL:
        host = tree.counted_in(unit)
        assert tree.alive(host)
        assert (host == unit) == tree.alive(unit)
        holders = [other for other in tree if unit in tree.subtree(other)]
        assert sorted(holders) == sorted(tree.ancestors(host))
        assert all(tree.lies_under(unit, other) == (other in holders) for other in tree)


@given(histories(), days)
def test_children_and_parents_agree_and_stand_in_division_order(changes: list[UnitChange], day) -> None:
    tree = grown(changes).on(day)
    for unit in tree:
        children = tree.children(unit)
        assert all(tree.parent(child) == unit for child in children if child not in tree.loose)
        keys = [(tree.code(child) is None, tree.code(child) or "", child) for child in children]
        assert keys == sorted(keys) or set(children) & set(tree.loose)


@given(histories(), days, st.sampled_from(UNITS), st.sampled_from([TOP, *UNITS]))
def test_tomorrows_change_leaves_yesterday_alone(changes: list[UnitChange], day, unit: str, other: str) -> None:
    tree = grown(changes)
    before = _picture(tree.on(day))
    tomorrow = day + timedelta(days=1)
    for change in (Renamed(unit, "新", tomorrow), Moved(unit, other, tomorrow), Closed(unit, tomorrow, (other,))):
        tree.apply(change)
    tree.apply(Opened("new", None, "新设", "county", other, 99, tomorrow))
    assert _picture(tree.on(day)) == before


@given(histories(), days, st.sampled_from(UNITS))
def test_a_change_withdrawn_was_never_there(changes: list[UnitChange], day, unit: str) -> None:
    tree, plain = grown(changes), grown(changes)
    for change in (Closed(unit, day, (TOP,)), Renamed(unit, "误", day)):
        tree.apply(change)
        tree.withdraw(change)
    for n in range(DAYS):
        assert _picture(tree.on(START + timedelta(days=n))) == _picture(plain.on(START + timedelta(days=n)))


def _picture(tree) -> list[tuple]:
    """All that a reader of the day can see of the units that live on it."""
    return [(unit, tree.name(unit), tree.children(unit), tree.ancestors(unit), tree.path_name(unit)) for unit in tree]
