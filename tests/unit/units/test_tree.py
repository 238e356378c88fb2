"""The unit tree by example: what a reader of one day sees."""

from __future__ import annotations

from datetime import date

import pytest

from xianfeng.units import Closed, Moved, Opened, Renamed, UnitTree, UnknownUnit

OLD, NEW = date(2020, 6, 1), date(2021, 6, 1)
TURN = date(2021, 1, 1)


@pytest.fixture
def tree() -> UnitTree:
    """省 over 甲市 (东县, 西县, a zone without a code) and 乙市; in 2021 东县 becomes 东区."""
    tree = UnitTree(root="410000")
    begin = date(1980, 1, 1)
    for change in (
        Opened("nation", "100000", "国", "nation", None, 0, begin),
        Opened("p", "410000", "省", "province", "nation", 1, begin),
        Opened("zone", None, "开发区", "county", "a", 1, begin),
        Opened("b", "410200", "乙市", "city", "p", 2, begin),
        Opened("a", "410100", "甲市", "city", "p", 1, begin),
        Opened("west", "410122", "西县", "county", "a", 2, begin),
        Opened("east", "410121", "东县", "county", "a", 1, begin),
        Opened("east2", "410102", "东区", "county", "a", 1, TURN),
        Closed("east", TURN, ("east2",)),
    ):
        tree.apply(change)
    return tree


def test_children_stand_in_the_order_of_codes_then_of_order(tree: UnitTree) -> None:
    assert tree.on(OLD).children("a") == ("east", "west", "zone")
    assert tree.on(NEW).children("a") == ("east2", "west", "zone")


def test_ancestors_end_at_the_root_of_the_deployment(tree: UnitTree) -> None:
    day = tree.on(NEW)
    assert day.root == "p"
    assert day.ancestors("west") == ("west", "a", "p")
    assert day.ancestors("nation") == ("nation",)


def test_a_closed_unit_counts_in_its_successor(tree: UnitTree) -> None:
    day = tree.on(NEW)
    assert not day.alive("east")
    assert day.counted_in("east") == "east2"
    assert day.own("east2") == ("east2", "east")
    assert day.ancestors("east") == ("east", "east2", "a", "p")
    assert day.path_name("east") == "省甲市东县"


def test_a_divided_unit_counts_in_its_parent(tree: UnitTree) -> None:
    tree.apply(Closed("east2", NEW, ("west", "zone")))
    assert tree.on(NEW).counted_in("east") == "a"
    assert set(tree.on(NEW).own("a")) == {"a", "east", "east2"}


def test_a_unit_divided_and_reunited_counts_in_the_one_that_is_left(tree: UnitTree) -> None:
    for change in (Closed("east2", TURN, ("west", "zone")), Closed("zone", NEW, ("west",))):
        tree.apply(change)
    assert tree.on(NEW).counted_in("east") == "west"


def test_what_is_not_open_yet_counts_in_its_forerunner(tree: UnitTree) -> None:
    assert tree.on(OLD).counted_in("east2") == "east"


def test_a_child_of_a_closed_unit_hangs_under_what_follows_it(tree: UnitTree) -> None:
    tree.apply(Closed("a", NEW, ("b",)))
    assert tree.on(NEW).parent("west") == "b"
    assert tree.on(NEW).path_name("west") == "省乙市西县"


def test_renamed_and_moved_hold_from_their_day(tree: UnitTree) -> None:
    tree.apply(Renamed("west", "西市", TURN))
    tree.apply(Moved("west", "b", TURN))
    assert tree.on(OLD).path_name("west") == "省甲市西县"
    assert tree.on(NEW).path_name("west") == "省乙市西市"


def test_a_late_fact_does_not_touch_what_came_after_it(tree: UnitTree) -> None:
    tree.apply(Renamed("west", "后名", TURN))
    tree.apply(Renamed("west", "先名", OLD))
    assert tree.on(OLD).name("west") == "先名"
    assert tree.on(NEW).name("west") == "后名"


def test_a_tree_in_hand_does_not_change(tree: UnitTree) -> None:
    held = tree.on(NEW)
    tree.apply(Renamed("west", "西市", TURN))
    tree.apply(Opened("late", "410123", "新县", "county", "a", 3, TURN))
    assert held.name("west") == "西县"
    assert "late" not in held
    assert tree.on(NEW).children("a") == ("east2", "west", "late", "zone")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("west", ["west"]), ("410122", ["west"]), ("西县", ["west"]), ("甲市西县", ["west"]), ("省甲市西县", ["west"]),
        ("市西县", []), ("乙市西县", []), ("东县", []), ("410121", []), ("开发区", ["zone"]), ("", []),
    ],
)  # fmt: skip
def test_find_by_id_code_name_or_path(tree: UnitTree, text: str, found: list[str]) -> None:
    assert tree.find(text, NEW) == found


def test_circles_are_cut_and_shown(tree: UnitTree) -> None:
    tree.apply(Moved("a", "b", NEW))
    tree.apply(Moved("b", "a", NEW))
    day = tree.on(NEW)
    assert len(day.loose) == 1
    assert sorted(day.subtree("nation")) == sorted(["nation", "p", "a", "b", "zone", "east", "east2", "west"])


def test_where_a_circle_is_cut_is_no_matter_of_tomorrow(tree: UnitTree) -> None:
    tree.apply(Moved("a", "b", NEW))
    tree.apply(Moved("b", "a", NEW))
    assert tree.on(NEW).loose == ("a",)
    tree.apply(Opened("first", "410001", "新区", "county", "b", 1, date(2022, 1, 1)))
    assert tree.on(NEW).loose == ("a",)


def test_before_the_first_day_nothing_stands(tree: UnitTree) -> None:
    day = tree.on(date(1979, 1, 1))
    assert list(day) == []
    assert day.ancestors("west") == ("west",)
    with pytest.raises(UnknownUnit, match="410000"):
        _ = day.root


def test_positions_only_go_forward(tree: UnitTree) -> None:
    tree.apply(Renamed("west", "甲", NEW), position=500)
    tree.apply(Renamed("west", "乙", NEW), position=500)
    assert tree.position == 500
    with pytest.raises(ValueError, match="499"):
        tree.apply(Renamed("west", "丙", NEW), position=499)


def test_what_is_unknown_is_refused_by_name(tree: UnitTree) -> None:
    with pytest.raises(UnknownUnit, match="nowhere"):
        tree.apply(Renamed("nowhere", "甲", NEW))
    with pytest.raises(UnknownUnit, match="nowhere"):
        tree.on(NEW).parent("nowhere")
    assert tree.position == 9


def test_an_opening_cannot_be_withdrawn(tree: UnitTree) -> None:
    with pytest.raises(ValueError, match="west"):
        tree.withdraw(Opened("west", "410122", "西县", "county", "a", 2, date(1980, 1, 1)))
