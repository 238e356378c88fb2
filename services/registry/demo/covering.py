"""Projects are covered: by a branch of their own, by the area's, or built with the grid."""

from __future__ import annotations

from datetime import date

from services.registry.demo.cast import Cast, Site
from services.registry.demo.forming import take_step
from services.registry.demo.places import Street
from services.registry.demo.quotas import Point, Quota
from services.registry.demo.world import World
from services.registry.domain.organisation import Organisation
from services.registry.events.base import Form
from services.registry.events.organisation import OrganisationOpened, OrganisationParentsSet

__all__ = ["Covering"]

_COVERED: list[Point] = [
    (date(2021, 7, 20), 0.0), (date(2021, 9, 30), 0.36), (date(2021, 12, 31), 0.80), (date(2022, 3, 31), 0.926),
]  # fmt: skip
_AT_LAST = 0.966
"""Shares of all projects there ever are."""
_FORMS: tuple[Form, ...] = ("own", "regional", "grid")
_FORM_WEIGHTS = (13, 34, 53)
_ROOM = {"own": 1, "regional": 9, "grid": 7}
_WORDS = {"own": "项目党支部", "regional": "区域联建小区党支部", "grid": "网格共建小区党支部"}


class Covering:
    """Covered along a curve, each by an organisation of its street that stands on that day."""

    def __init__(self, world: World, cast: Cast) -> None:
        self._world, self._cast = world, cast
        self._quota = Quota(_COVERED, world.plan.projects, (world.plan.last_workday, _AT_LAST))
        self._waiting: list[Site] = []
        self._looked = 0
        self._room: dict[tuple[Street, Form], tuple[Organisation, int]] = {}
        self._numbers: dict[str, int] = {}

    def run(self, day: date) -> None:
        self._waiting += self._cast.sites[self._looked :]
        self._looked = len(self._cast.sites)
        chance = self._world.chance
        for _ in range(min(self._quota.due(day), len(self._waiting))):
            at = chance.randrange(len(self._waiting))
            self._waiting[at], self._waiting[-1] = self._waiting[-1], self._waiting[at]
            site = self._waiting.pop()
            if site.open:
                self._quota.done += 1
                self._cover(site, chance.choices(_FORMS, _FORM_WEIGHTS)[0])

    def _cover(self, site: Site, form: Form) -> None:
        world = self._world
        organisation, room = self._room.get((site.street, form), (None, 0))
        if organisation is None or not room:
            organisation, room = self._open(site, form), world.between(_ROOM[form] // 2 + 1, _ROOM[form])
        self._room[site.street, form] = organisation, room - 1
        with world.acts(site.street.code):
            site.it.cover(organisation.id, form)
        world.link(organisation.id, site.it.id)
        site.covered = True

    def _open(self, site: Site, form: Form) -> Organisation:
        world, street = self._world, site.street
        number = self._numbers[street.unit] = self._numbers.get(street.unit, 0) + 1
        organisation = world.new(Organisation)
        with world.acts(street.code):
            organisation.open(
                OrganisationOpened(
                    name=world.names.marked(f"{street.name}第{number}{_WORDS[form]}"), form=form, unit=street.unit,
                    covers="projects", of=site.it.id if form == "own" else None,
                )
            )  # fmt: skip
        take_step(world, street.code, organisation, "approved", world.day)
        with world.acts(street.code):
            organisation.set_parents(
                OrganisationParentsSet(
                    community=f"{street.name}党（工）委", industry=self._cast.committees.get(site.county.city.unit)
                )
            )
        world.later(world.between(10, 40), self._establish, organisation, street)
        return organisation

    def _establish(self, organisation: Organisation, street: Street) -> None:
        take_step(self._world, street.code, organisation, "established", self._world.day)
