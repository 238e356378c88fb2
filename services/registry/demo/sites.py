"""Projects: registered where they stand, served by an enterprise, which changes now and then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from services.registry.demo.cast import Cast, Firm, Site
from services.registry.demo.places import City
from services.registry.demo.plan import START
from services.registry.demo.quotas import Point, Quota
from services.registry.demo.world import World
from services.registry.domain.project import Project
from services.registry.events.project import (
    ProjectClassDecided,
    ProjectDetailsChanged,
    ProjectOwnersCommitteeFormed,
    ProjectRegistered,
    ProjectServiceStarted,
)

__all__ = ["Sites"]

_REGISTERED: list[Point] = [
    (START + timedelta(days=4), 0.0), (date(2021, 8, 31), 0.55), (date(2021, 10, 31), 0.90),
    (date(2021, 12, 31), 0.955), (date(2022, 3, 31), 0.966),
]  # fmt: skip
_CLASSED, _OWNERS, _CROSS, _SERVED_BADLY = 0.32, 0.24, 0.10, 0.18
_CHANGED_A_YEAR, _CLOSED_A_YEAR, _CORRECTED_A_YEAR = 0.016, 0.0012, 0.02
_A_YEAR = 250.0


class Sites:
    """Registered along a curve; then a share changes its company, its households, or ends."""

    def __init__(self, world: World, cast: Cast) -> None:
        self._world, self._cast = world, cast
        self._quota = Quota(_REGISTERED, world.plan.projects, (world.plan.last_workday, 1.0))
        self._firms: dict[City, list[Firm]] = {}
        self._looked = 0

    def run(self, day: date) -> None:
        self._look()
        if not self._firms:
            return
        for _ in range(self._quota.due(day)):
            self._quota.done += 1
            self._register()
        for share, change in (
            (_CHANGED_A_YEAR, self._change_company), (_CLOSED_A_YEAR, self._close), (_CORRECTED_A_YEAR, self._count),
        ):  # fmt: skip
            self._some(share, change)

    def _look(self) -> None:
        """The enterprises of each city; a few serve many projects."""
        for firm in self._cast.firms[self._looked :]:
            times = 1 + int(self._world.chance.paretovariate(1.3))
            self._firms.setdefault(firm.county.city, []).extend([firm] * min(times, 40))
        self._looked = len(self._cast.firms)

    def _company(self, city: City) -> Firm:
        firms = self._firms.get(city) or self._cast.firms
        for _ in range(40):
            firm = self._world.chance.choice(firms)
            if firm.operating:
                return firm
        return next(firm for firm in self._cast.firms if firm.operating)

    def _register(self) -> None:
        world = self._world
        county = world.province.draw(world.chance)
        street = world.chance.choice(county.streets)
        site = Site(world.new(Project), county, street, self._company(county.city))
        with world.acts(street.code):
            site.it.register(
                ProjectRegistered(
                    name=world.names.project(), unit=street.unit, households=world.between(60, 2_600),
                    address=world.names.address(county, street),
                )
            )  # fmt: skip
            site.it.start_service(ProjectServiceStarted(enterprise=site.firm.it.id))
        self._cast.sites.append(site)
        for share, days, task in (
            (_CLASSED, 240, self._class), (_OWNERS, 1_300, self._owners), (_CROSS, 1_400, self._cross),
        ):  # fmt: skip
            if world.happens(share):
                world.later(world.between(20, days), task, site)

    def _class(self, site: Site) -> None:
        if not site.open:
            return
        badly = self._world.happens(_SERVED_BADLY)
        with self._world.acts(site.county.code):
            site.it.decide_class(ProjectClassDecided(project_class="not_served_or_badly" if badly else "served_well"))

    def _owners(self, site: Site) -> None:
        world = self._world
        if not site.open:
            return
        people = world.chance.choice((5, 7, 7, 9, 11))
        with world.acts(site.street.code):
            site.it.form_owners_committee(
                ProjectOwnersCommitteeFormed(
                    people=people, members=world.between(0, people), term_ends=world.day + timedelta(days=5 * 365)
                )
            )

    def _cross(self, site: Site) -> None:
        if site.open:
            with self._world.acts(site.street.code):
                site.it.cross_appoint(self._world.between(1, 3))

    def _some(self, share: float, change: Callable[[Site], None]) -> None:
        world, sites = self._world, self._cast.sites
        for _ in range(int(len(sites) * share / _A_YEAR + world.chance.random())):
            site = world.chance.choice(sites)
            if site.open:
                change(site)

    def _change_company(self, site: Site) -> None:
        """A change of company keeps the project."""
        new = self._company(site.county.city)
        if new is site.firm:
            return
        with self._world.acts(site.street.code):
            site.it.end_service(site.firm.it.id)
            site.it.start_service(ProjectServiceStarted(enterprise=new.it.id))
        site.firm = new

    def _count(self, site: Site) -> None:
        with self._world.acts(site.street.code):
            site.it.change_details(ProjectDetailsChanged(households=self._world.between(60, 2_600)))

    def _close(self, site: Site) -> None:
        site.open = False
        with self._world.acts(site.county.code):
            site.it.close("项目拆迁，停止服务")
