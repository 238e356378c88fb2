"""One set of names serves all days between two changes of the tree; before the first day that is known, that day's."""

from __future__ import annotations

from datetime import date

import pytest

from services.registry.feed.places import PlaceBook
from services.registry.feed.rows import RegistryRow
from xianfeng.units import Closed, Opened, Renamed, UnitTree

NATION, PROVINCE, CITY, OLD, NEW = "unit-0", "unit-1", "unit-2", "unit-3", "unit-4"
BEGUN, SPLIT, RENAMED = date(1980, 1, 1), date(2014, 9, 1), date(2020, 5, 1)


class Units:
    """A tree of which nothing more is to be caught up with."""

    def __init__(self) -> None:
        self.tree = UnitTree("410000")
        for change in (
            Opened(NATION, "100000", "中华人民共和国", "nation", None, 0, BEGUN),
            Opened(PROVINCE, "410000", "河南省", "province", NATION, 0, BEGUN),
            Opened(CITY, "410200", "开封市", "city", PROVINCE, 0, BEGUN),
            Opened(OLD, "410211", "金明区", "county", CITY, 0, BEGUN),
            Opened(NEW, "410202", "龙亭区", "county", CITY, 1, BEGUN),
            Closed(OLD, SPLIT, (NEW,)),
            Renamed(NEW, "新龙亭区", RENAMED),
        ):
            self.tree.apply(change)

    async def catch_up(self) -> None:
        """Nothing is new."""


@pytest.mark.parametrize(
    ("day", "text", "founded", "found"),
    [
        (date(1975, 1, 1), "开封市金明区一路", "", OLD),
        (date(2014, 8, 31), "开封市金明区一路", "", OLD),
        (SPLIT, "开封市金明区一路", "2007-01-01", NEW),
        (date(2019, 1, 1), "开封市金明区一路", "2007-01-01", NEW),
        (RENAMED, "开封市龙亭区一路", "2007-01-01", NEW),
        (date(2026, 1, 1), "开封市龙亭区一路", "2007-01-01", NEW),
        (RENAMED, "开封市新龙亭区一路", "", NEW),
    ],
)
async def test_a_row_is_placed_by_its_day(day: date, text: str, founded: str, found: str) -> None:
    book, row = PlaceBook(Units()), RegistryRow(2, "x", "y", founded=founded, address=text)
    await book.placer("", RENAMED)
    assert (await book.placer("", day)).place(row).unit == found


async def test_days_between_two_changes_share_the_names() -> None:
    book = PlaceBook(Units())
    trees = [(await book.placer("", day)).tree for day in (BEGUN, date(2010, 1, 1), SPLIT, date(2016, 2, 3), BEGUN)]
    assert trees[0] is trees[1] is trees[4]
    assert trees[2] is trees[3] is not trees[0]
