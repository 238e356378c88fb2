"""Registry's unit events, as bytes, grow the tree that the platform keeps; a fact that was voided is in it no more."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from services.registry.divisions import unit_id
from services.registry.events import CATALOGUE, UNIT_TYPES
from services.registry.events.tree import UnitGrower
from services.registry.events.unit import (
    UnitClosed,
    UnitCompetentDepartmentSet,
    UnitFactVoided,
    UnitMoved,
    UnitOpened,
    UnitRenamed,
)
from xianfeng.bus.decoder import Decoder
from xianfeng.clock import ManualClock
from xianfeng.event import Act, Data, Event, acting
from xianfeng.units import UnitTree, UnknownUnit

CLOCK = ManualClock(datetime(2026, 3, 2, 4, tzinfo=UTC))
READ = Decoder(CATALOGUE, UNIT_TYPES).read
DAY = date(2026, 3, 2)
NATION, HENAN, OFFICE = (unit_id(name) for name in ("100000", "410000", "office"))


class Grown:
    """A tree to which facts are told one by one."""

    def __init__(self) -> None:
        self.tree = UnitTree()
        self._grower = UnitGrower(self.tree)
        self._position, self._versions = 0, dict[str, int]()

    def told(self, unit: str, data: Data, day: date = date(2000, 1, 1)) -> str:
        """The event's id."""
        version = self._versions[unit] = self._versions.get(unit, 0) + 1
        self._position += 3
        with acting(Act("acc-1", "cor-1", "", day)):
            event = Event.make(unit, version, data, source="/registry", clock=CLOCK)
        self._grower.take(self._position, READ(event.raw, 0))
        return event.id


@pytest.fixture
def grown() -> Grown:
    made = Grown()
    made.told(NATION, UnitOpened(name="中华人民共和国", level="nation", code="100000"))
    made.told(HENAN, UnitOpened(name="河南省", level="province", parent=NATION, code="410000", also=("豫",)))
    made.told(OFFICE, UnitOpened(name="直管办", level="other", parent=NATION, order=7))
    return made


def test_every_change_of_a_unit_is_in_the_tree(grown: Grown) -> None:
    grown.told(OFFICE, UnitRenamed(name="省直管办"))
    grown.told(OFFICE, UnitMoved(parent=HENAN), date(2010, 1, 1))
    grown.told(OFFICE, UnitCompetentDepartmentSet(department="某局"))
    tree = grown.tree.on(DAY)
    assert (tree.name(OFFICE), tree.ancestors(OFFICE), tree.code(OFFICE)) == ("省直管办", (OFFICE, HENAN, NATION), None)
    assert tree.find("豫") == [HENAN]
    grown.told(OFFICE, UnitClosed(successors=(HENAN,)), date(2020, 1, 1))
    assert grown.tree.on(DAY).counted_in(OFFICE) == HENAN
    assert grown.tree.position == 21


def test_a_voided_fact_was_never_true(grown: Grown) -> None:
    event = grown.told(OFFICE, UnitRenamed(name="误名"))
    grown.told(OFFICE, UnitFactVoided(event=event, version=2, reason="录错"))
    assert grown.tree.on(DAY).name(OFFICE) == "直管办"


def test_only_who_holds_the_root_holds_all(grown: Grown) -> None:
    assert grown.tree.holds_all(NATION, DAY)
    assert grown.tree.holds_all("", DAY)
    assert not grown.tree.holds_all(HENAN, DAY)
    assert not grown.tree.holds_all("nowhere", DAY)
    with pytest.raises(UnknownUnit):
        UnitTree().holds_all(NATION, DAY)
