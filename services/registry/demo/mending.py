"""What was wrong and is put right: counts, facts that were never true, codes, and two records of one enterprise."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from services.registry.demo.cast import Cast, Firm
from services.registry.demo.founding import Registering
from services.registry.demo.world import World
from services.registry.domain.base import Correcting, correcting
from services.registry.events.enterprise import EnterpriseMembersCounted, MassKind
from xianfeng.event import Event

__all__ = ["Mending"]

_A_YEAR = 250.0
_MASS: MassKind = "womens_federation"


class Mending:
    """Each kind happens so many times a year in the whole province."""

    def __init__(self, world: World, cast: Cast, registering: Registering) -> None:
        self._world, self._cast, self._registering = world, cast, registering
        self._kinds: tuple[tuple[float, Callable[[Firm], None]], ...] = (
            (40, self._correct_count), (10, self._void_mass), (5, self._correct_code), (6, self._merge_record),
        )  # fmt: skip

    def run(self, day: date) -> None:
        world, firms = self._world, self._cast.firms
        if day < date(2021, 9, 15):
            return
        for times, mend in self._kinds:
            for _ in range(int(times * world.scale / _A_YEAR + world.chance.random())):
                firm = world.chance.choice(firms)
                if firm.operating and firm.surveyed:
                    mend(firm)

    def _correct_count(self, firm: Firm) -> None:
        """更正: the count of then was never true; the new one holds from the same day."""
        wrong = firm.counted
        if wrong is None or firm.formal < 5:
            return
        world = self._world
        firm.formal += 1
        data = EnterpriseMembersCounted(formal=firm.formal, source="organisation_verified")
        with world.acts(firm.office, wrong.effective), correcting(Correcting(wrong, "录入时少计一名正式党员")):
            firm.it.count(data)
        firm.counted = None

    def _void_mass(self, firm: Firm) -> None:
        """A mass organisation was noted for the wrong enterprise, and a few days later the note is taken out."""
        world = self._world
        version = firm.it.version
        with world.acts(firm.office):
            firm.it.form_mass(_MASS)
        if firm.it.version > version:
            world.later(world.between(2, 20), self._void, firm, world.last_event())

    def _void(self, firm: Firm, event: Event) -> None:
        if firm.operating:
            with self._world.acts(firm.office):
                firm.it.void(event, "属其他企业，登记时选错")

    def _correct_code(self, firm: Firm) -> None:
        world = self._world
        wrong, right = firm.it.code, next(world.codes)
        with world.acts(firm.county.city.code):
            firm.it.correct_code(right)
        world.claim("code", wrong, None)
        world.claim("code", right, firm.it.id)

    def _merge_record(self, firm: Firm) -> None:
        """The same enterprise stands under a mistyped code as well: found after some weeks, seldom undone."""
        double = self._registering.register()
        double.operating = False
        world = self._world

        def merge() -> None:
            if firm.operating:
                with world.acts(firm.county.city.code):
                    double.it.merge_into(firm.it.id, "同一企业重复登记")
                if world.happens(0.1):
                    world.later(world.between(10, 60), undo)

        def undo() -> None:
            with world.acts(firm.county.city.code):
                double.it.undo_merge("经核实为两家企业")

        world.later(world.between(15, 60), merge)
