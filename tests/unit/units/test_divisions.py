"""The divisions of the country, as the installed tables tell them."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import groupby

import pytest

from services.registry.divisions import UnitRow, iter_changes, iter_divisions, unit_id
from services.registry.divisions.history import BadEntry
from services.registry.divisions.others import other_units
from xianfeng.units import Closed, TreeOfDay, UnitTree

NOTICE = date(2021, 7, 8)
TABLE = date(2025, 12, 31)


@pytest.fixture(scope="module")
def rows() -> list[UnitRow]:
    return list(iter_divisions())


@pytest.fixture(scope="module")
def tree(rows: list[UnitRow]) -> UnitTree:
    tree = UnitTree()
    for change in iter_changes(rows):
        tree.apply(change)
    return tree


@pytest.fixture(scope="module")
def notice(tree: UnitTree) -> TreeOfDay:
    return tree.on(NOTICE)


@pytest.mark.parametrize(
    ("day", "counts"),
    [
        (TABLE, {"nation": 1, "province": 34, "city": 333, "county": 2845 + 2, "street": 38723}),
        (NOTICE, {"nation": 1, "province": 34, "city": 333, "county": 2843 + 2, "street": 38655}),
    ],
)
def test_counts_of_every_level(tree: UnitTree, day: date, counts: dict[str, int]) -> None:
    of_day = tree.on(day)
    assert Counter(of_day.level(unit) for unit in of_day) == counts
    assert of_day.loose == ()


def test_the_spans_of_a_unit_follow_each_other_without_a_gap(rows: list[UnitRow]) -> None:
    by_unit = sorted(rows, key=lambda row: (row.id, row.valid_from))
    for _, spans in groupby(by_unit, key=lambda row: row.id):
        first, *later = spans
        for before, after in zip([first, *later], later, strict=False):
            assert before.valid_until == after.valid_from - timedelta(days=1)
            assert (before.name, before.parent) != (after.name, after.parent)
            assert before.successors == ()


def test_rows_come_by_day_and_parents_first(rows: list[UnitRow]) -> None:
    told: set[str] = set()
    for row in rows:
        assert row.parent is None or row.parent in told
        told.add(row.id)
    assert [row.valid_from for row in rows] == sorted(row.valid_from for row in rows)


def test_successors_stand_on_the_day_they_take_over(tree: UnitTree, rows: list[UnitRow]) -> None:
    closings = [change for change in iter_changes(rows) if isinstance(change, Closed)]
    for day in sorted({change.day for change in closings}):
        of_day = tree.on(day)
        assert all(of_day.alive(heir) for change in closings if change.day == day for heir in change.successors)


def test_the_same_every_time(rows: list[UnitRow]) -> None:
    assert list(iter_divisions()) == rows


@pytest.mark.parametrize(
    ("old", "new", "year"),
    [
        ("410381", "410307", 2021),  # 偃师市 → 偃师区: the short name
        ("410322", "410308", 2021),  # 孟津县 → 孟津区
        ("410306", "410308", 2021),  # 吉利区 → 孟津区: merged, by the data file
        ("411023", "411003", 2016),  # 许昌县 → 建安区: the line of descent
        ("320405", "320412", 2015),  # 戚墅堰区 → 武进区: merged into one that stood
        ("110104", "110102", 2010),  # 宣武区 → 西城区
        ("371203", "370117", 2018),  # 钢城区, under another city: the full name
        ("510223", "500222", 1997),  # 綦江县, in a province founded that year
        ("510200", "500000", 1997),  # 重庆市, a province now
        ("142401", "140702", 1999),  # 榆次市 → 榆次区, under the city that follows its prefecture
        ("500112", "500157", 2025),  # 渝北区 → 两江新区
    ],
)
def test_a_closed_division_counts_in_the_one_that_follows(tree: UnitTree, old: str, new: str, year: int) -> None:
    before, after = tree.on(date(year - 1, 12, 31)), tree.on(date(year, 1, 1))
    assert before.alive(unit_id(old))
    assert not after.alive(unit_id(old))
    assert after.counted_in(unit_id(old)) == unit_id(new)


def test_a_divided_division_counts_in_its_city(tree: UnitTree) -> None:
    assert tree.on(NOTICE).counted_in(unit_id("330104")) == unit_id("330100")


def test_a_code_that_stays_is_one_unit_renamed(tree: UnitTree) -> None:
    suburb = unit_id("410811")
    assert tree.on(date(1989, 12, 31)).name(suburb) == "郊区"
    assert tree.on(date(1990, 1, 1)).name(suburb) == "山阳区"


def test_codes_that_changed_hands_are_two_units(tree: UnitTree) -> None:
    """In 1988 天河区 and 芳村区 of 广州 exchanged their codes."""
    for day, code in ((date(1987, 12, 31), "440107"), (date(1988, 1, 1), "440106")):
        (tianhe,) = tree.find("广州市天河区", day)
        assert tree.on(day).code(tianhe) == code
    (earlier,) = tree.find("广州市天河区", date(1987, 12, 31))
    assert tree.on(NOTICE).counted_in(earlier) == unit_id("440106")


def test_counties_directly_below_a_province(notice: TreeOfDay) -> None:
    assert notice.parent(unit_id("419001")) == unit_id("410000")
    assert notice.path_name(unit_id("110105")) == "北京市朝阳区"
    assert notice.find("济源市") == [unit_id("419001")]


def test_a_province_below_another_before_it_was_one(tree: UnitTree) -> None:
    assert not tree.on(date(1987, 6, 1)).alive(unit_id("460000"))
    before = tree.on(date(1996, 6, 1))
    assert "重庆市" in {before.name(unit) for unit in before.children(unit_id("510000"))}
    assert tree.on(date(1997, 6, 1)).parent(unit_id("500000")) == unit_id("100000")


def test_units_that_are_not_divisions(notice: TreeOfDay) -> None:
    names = [notice.name(unit) for unit in notice.children(unit_id("410800"))]
    assert "焦作城乡一体化示范区" in names
    (zone,) = notice.find("江苏省常州市常州经济开发区")
    assert zone == unit_id("江苏省常州市常州经济开发区")
    assert notice.children(unit_id("320400"))[-1] == zone
    assert [notice.name(unit) for unit in notice.children(zone)] == [
        "丁堰街道", "戚墅堰街道", "潞城街道", "遥观镇", "横林镇", "横山桥镇",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("常州经开区", "江苏省常州市常州经济开发区"),
        ("常州市常州经开区", "江苏省常州市常州经济开发区"),
        ("常州经济开发区", "江苏省常州市常州经济开发区"),
        ("济源示范区", "419001"),
        ("河南省济源示范区", "419001"),
        ("焦作市焦作示范区", "410871"),
    ],
)
def test_units_are_found_by_their_other_names(notice: TreeOfDay, text: str, unit: str) -> None:
    assert notice.find(text) == [unit_id(unit)]
    assert notice.find("郑州市" + text) == []


def test_streets_stand_under_another_unit_before_they_move(tree: UnitTree) -> None:
    assert tree.on(date(2014, 12, 31)).parent(unit_id("320412104")) == unit_id("320412")


def test_an_entry_that_contradicts_the_tables_is_refused() -> None:
    with pytest.raises(BadEntry, match="410800"):
        other_units({"320400"})
