"""Work coverage: advisers in office and how their terms end, mass organisations, recruiting plans."""

from __future__ import annotations

from datetime import date, timedelta

from services.registry.demo.cast import Cast, Firm, Guide
from services.registry.demo.places import County
from services.registry.demo.quotas import Point, on_curve
from services.registry.demo.roles import end_role
from services.registry.demo.world import World
from services.registry.domain.adviser import Adviser
from services.registry.events.base import AdviserKind, ReleaseCause
from services.registry.events.enterprise import MassKind
from services.registry.events.organisation import AdviserAppointed, AdviserLeft

__all__ = ["Advising", "MassOrganisations", "release_guide"]

_IN_OFFICE: list[Point] = [
    (date(2021, 8, 15), 0.0), (date(2021, 12, 31), 0.44), (date(2022, 3, 31), 0.60), (date(2022, 12, 31), 0.76),
    (date(2024, 12, 31), 0.86),
]  # fmt: skip
"""Share of the enterprises without an organisation that have an adviser."""
_ROOM = (2, 5)
_TERM_DAYS = (540, 1_095)
_LEAVES, _RENEWED = 0.10, 0.85
_MASS: tuple[tuple[MassKind, float], ...] = (("union", 0.13), ("womens_federation", 0.02), ("youth_league", 0.03))


class Advising:
    """Each adviser looks after a few enterprises of one county; renewed, lapsed or gone, others take over."""

    def __init__(self, world: World, cast: Cast) -> None:
        self._world, self._cast = world, cast
        self._room: dict[tuple[County, AdviserKind], Guide] = {}

    def run(self, day: date) -> None:
        """Once a week: assign as many as the share of the day asks for."""
        if day.weekday() != 1:
            return
        free = [firm for firm in self._cast.firms if firm.free]
        without = [firm for firm in free if firm.guide is None]
        wanted = round(on_curve(_IN_OFFICE, day) * len(free)) - (len(free) - len(without))
        for firm in self._world.chance.sample(without, max(min(wanted, len(without)), 0)):
            self._assign(firm)

    def _assign(self, firm: Firm) -> None:
        world = self._world
        nobody = firm.formal + firm.probationary + firm.elsewhere == 0
        kind: AdviserKind = "community" if nobody or world.happens(0.6) else "other"
        guide = self._room.get((firm.county, kind))
        if guide is None or not guide.in_office or len(guide.firms) >= guide.room:
            guide = self._room[firm.county, kind] = self._appoint(firm, kind)
        with world.acts(firm.office):
            firm.it.assign_adviser(guide.it.id, kind, guide.it.until)
        world.link(guide.it.id, firm.it.id)
        firm.guide = guide
        guide.firms.append(firm)

    def _appoint(self, firm: Firm, kind: AdviserKind) -> Guide:
        world, county = self._world, firm.county
        unit, office = (firm.unit, firm.office) if kind == "community" else (county.unit, county.code)
        guide = Guide(world.new(Adviser), county, office, world.between(*_ROOM))
        until = world.day + timedelta(days=world.between(*_TERM_DAYS))
        holder, full_time = world.new_holder(guide.it.id), world.happens(0.2)
        with world.acts(office):
            guide.it.appoint(AdviserAppointed(kind=kind, unit=unit, holder=holder, full_time=full_time, until=until))
        if world.happens(_LEAVES):
            world.later(world.between(60, 500), self._leave, guide)
        world.on(until - timedelta(days=world.between(5, 30)), self._renew, guide, until)
        return guide

    def _renew(self, guide: Guide, until: date) -> None:
        world = self._world
        if not guide.in_office or not guide.firms or world.day > until:
            return
        if not world.happens(_RENEWED):
            world.on(until + timedelta(days=1), self._lapse, guide)
            return
        longer = until + timedelta(days=730)
        with world.acts(guide.office):
            guide.it.change_term(longer)
            for firm in sorted(guide.firms, key=lambda firm: firm.it.id):
                firm.it.follow_adviser(guide.it.id, until, longer)
        world.on(longer - timedelta(days=world.between(5, 30)), self._renew, guide, longer)

    def _lapse(self, guide: Guide) -> None:
        """任期届满: nothing is said; the assignments have run out by themselves."""
        guide.in_office = False
        _let_go(guide)

    def _leave(self, guide: Guide) -> None:
        if not guide.in_office:
            return
        world = self._world
        guide.in_office = False
        with world.acts(guide.office):
            guide.it.leave(AdviserLeft())
            for firm in sorted(guide.firms, key=lambda firm: firm.it.id):
                firm.it.free_adviser(guide.it.id, "left")
        end_role(world, guide.it.holder)
        _let_go(guide)


def _let_go(guide: Guide) -> None:
    for firm in guide.firms:
        firm.guide = None
    guide.firms.clear()


def release_guide(firm: Firm, cause: ReleaseCause) -> None:
    """Within an act: the enterprise's adviser is released, and free for another one."""
    if firm.guide is not None:
        firm.it.free_adviser(firm.guide.it.id, cause)
        firm.guide.firms.remove(firm)
        firm.guide = None


class MassOrganisations:
    """工会, 共青团, 妇联 where there are some; and plans to recruit staff who are members."""

    def __init__(self, world: World, cast: Cast) -> None:
        self._world, self._cast = world, cast
        self._looked = 0

    def run(self, day: date) -> None:
        world = self._world
        for firm in self._cast.firms[self._looked :]:
            for kind, share in _MASS:
                if world.happens(share):
                    world.later(world.between(30, 1_600), self._form, firm, kind)
            if world.happens(0.09):
                world.later(world.between(60, 1_500), self._plan, firm)
        self._looked = len(self._cast.firms)

    def _form(self, firm: Firm, kind: MassKind) -> None:
        if firm.operating:
            with self._world.acts(firm.office):
                firm.it.form_mass(kind)
            firm.mass = True

    def _plan(self, firm: Firm) -> None:
        if firm.free and firm.formal < 3:
            world = self._world
            with world.acts(firm.office):
                firm.it.plan_recruiting(world.day + timedelta(days=world.between(120, 360)))
            if world.happens(0.3):
                world.later(world.between(60, 110), self._end_plan, firm)

    def _end_plan(self, firm: Firm) -> None:
        if firm.operating:
            with self._world.acts(firm.office):
                firm.it.end_recruiting()
