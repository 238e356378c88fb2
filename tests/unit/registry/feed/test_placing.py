"""Addresses find their unit under the divisions of their time; what is not sure waits above."""

from __future__ import annotations

from datetime import date

import pytest

from services.registry.divisions import iter_changes, iter_divisions
from services.registry.feed.gazetteer import Gazetteer
from services.registry.feed.placing import Placer
from services.registry.feed.rows import RegistryRow
from xianfeng.units import UnitTree

DAY = date(2026, 3, 2)


@pytest.fixture(scope="module")
def units() -> UnitTree:
    tree = UnitTree("410000")
    for change in iter_changes(iter_divisions()):
        tree.apply(change)
    return tree


@pytest.fixture(scope="module")
def placer(units: UnitTree) -> Placer:
    gazetteer = Gazetteer(units, DAY)
    return Placer(gazetteer, gazetteer.tree.root)


def where(placer: Placer, address: str, area: str = "", *, founded: str = "", province: str = "河南") -> str:
    place = placer.place(RegistryRow(2, "x", "y", founded=founded, address=address, area=area, province=province))
    return placer.tree.path_name(place.unit).removeprefix("河南省")


@pytest.mark.parametrize(
    ("address", "area", "found"),
    [
        ("河南省郑州市金水区文化路76号", "", "郑州市金水区"),
        ("郑州市金水路8号", "郑州", "郑州市"),
        ("郑州金水区经七路", "郑州", "郑州市金水区"),
        ("郑州市管城区东三马路", "郑州", "郑州市管城回族区"),
        ("市黄河路中段", "濮阳", "濮阳市"),
        ("二七区绿云小区", "郑州", "郑州市二七区"),
        ("固始凤凰新城", "信阳", "信阳市固始县"),
        ("潢川县环城东路", "信阳", "信阳市潢川县"),
        ("新乡县翟坡镇政府驻地", "新乡", "新乡市新乡县翟坡镇"),
        ("焦作市解放区民生街道办事处对面", "", "焦作市解放区民生街道"),
        ("香园小区29号楼", "济源", "济源市"),
        ("中原路93号", "郑州", "郑州市"),
        ("县城朝阳路北段", "南阳", "南阳市"),
        ("南京路5号", "郑州", "郑州市"),
        ("开发区振业花园", "", ""),
    ],
)
def test_what_the_address_names(placer: Placer, address: str, area: str, found: str) -> None:
    assert where(placer, address, area) == found


@pytest.mark.parametrize(
    ("address", "founded", "found"),
    [
        ("偃师市城关镇洛神路", "2004-10-11", "洛阳市偃师区"),
        ("洛阳市偃师市城关镇洛神路", "2004-10-11", "洛阳市偃师区"),
        ("开封市金明区晋安路", "2007-01-01", "开封市龙亭区"),
        ("郑州市邙山区南阳路", "2003-01-19", "郑州市惠济区"),
        ("郑州市邙山区南阳路", "2015-01-01", "郑州市"),
        ("安阳市郊区某村", "1995-01-01", "安阳市"),
    ],
)
def test_names_of_the_row_s_time(placer: Placer, address: str, founded: str, found: str) -> None:
    """安阳's old suburb was divided among several: that is not guessed."""
    assert where(placer, address, founded=founded) == found


def test_outside_the_root_is_said_with_the_place(placer: Placer) -> None:
    place = placer.place(RegistryRow(2, "x", "y", address="河北省石家庄市长安区中山路", province=""))
    assert place.outside == "河北省石家庄市长安区"


def test_an_office_s_own_file_stays_in_its_unit(units: UnitTree) -> None:
    gazetteer = Gazetteer(units, DAY)
    (jiaozuo,) = gazetteer.tree.find("焦作市")
    placer = Placer(gazetteer, jiaozuo)
    assert where(placer, "民主路1号") == "焦作市"
    assert (
        placer.place(RegistryRow(2, "x", "y", address="洛阳市西工区", province="河南")).outside == "河南省洛阳市西工区"
    )
