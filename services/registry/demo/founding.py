"""Enterprises appear in the register, are placed, and are surveyed; cities and counties form their committees."""

from __future__ import annotations

from datetime import date, timedelta

from services.registry.demo.cast import Cast, Firm
from services.registry.demo.places import City, County
from services.registry.demo.plan import START
from services.registry.demo.quotas import Point, Quota
from services.registry.demo.world import World
from services.registry.domain.committee import Committee
from services.registry.domain.enterprise import Enterprise
from services.registry.events.enterprise import EnterpriseMembersCounted, EnterpriseRegistered, EntityKind
from services.registry.events.organisation import CommitteeChanged, CommitteeFormed
from xianfeng.event import subject_id

__all__ = ["Committees", "Registering", "count_members"]

_REGISTERED: list[Point] = [
    (START - timedelta(days=1), 0.0), (date(2021, 7, 16), 0.45), (date(2021, 8, 6), 0.80), (date(2021, 8, 31), 0.885),
    (date(2022, 3, 31), 0.905),
]  # fmt: skip
_NEVER_SURVEYED, _AT_COUNTY, _AT_CITY, _BRANCH = 0.02, 0.12, 0.05, 0.04
_MANY, _FEW, _NEARLY = 0.20, 0.33, 0.05
"""Shares of enterprises with three formal members, with one or two, with probationary or outside members alone."""
_MEAN_BEYOND_THREE = 8.0
_CITIES_LATE = {"411600": date(2021, 9, 14), "411200": date(2021, 8, 23), "419001": date(2021, 10, 19)}
_IN_TIME = (date(2021, 7, 14), date(2021, 7, 30))
_COUNTIES: list[Point] = [
    (date(2021, 7, 30), 0), (date(2021, 9, 30), 34), (date(2021, 12, 31), 71), (date(2022, 3, 31), 86),
    (date(2023, 6, 30), 121), (date(2025, 6, 30), 138),
]  # fmt: skip


class Registering:
    """The registry's list of 2021 first, then what is founded since."""

    def __init__(self, world: World, cast: Cast) -> None:
        self._world, self._cast = world, cast
        plan = world.plan
        self._quota = Quota(_REGISTERED, plan.enterprises, (plan.last_workday, 1.0))

    def run(self, day: date) -> None:
        for _ in range(self._quota.due(day)):
            self.register()

    def register(self) -> Firm:
        """One more enterprise, at its street, its county, or only its city."""
        self._quota.done += 1
        world, chance = self._world, self._world.chance
        county = world.province.draw(chance)
        street = None if chance.random() < _AT_COUNTY else chance.choice(county.streets)
        at_city = chance.random() < _AT_CITY and county.city.unit != county.unit
        code = next(world.codes)
        enterprise = world.adopt(Enterprise(subject_id(Enterprise.PREFIX, code)))
        firm = Firm(enterprise, world.names.enterprise(county.city), county, street, *self._members())
        with world.acts(county.city.code):
            enterprise.register(self._facts(firm, code, county.city.unit if at_city else firm.unit))
        world.claim("code", code, enterprise.id)
        if at_city:
            world.later(world.between(20, 240), _place, world, firm)
        self._cast.firms.append(firm)
        if not world.happens(_NEVER_SURVEYED):
            world.later(world.between(5, 45), _survey, world, firm)
        return firm

    def _facts(self, firm: Firm, code: str, unit: str) -> EnterpriseRegistered:
        world, city = self._world, firm.county.city
        kind: EntityKind = "legal_person"
        parent: str | None = None
        if self._cast.firms and world.happens(_BRANCH):
            above = world.chance.choice(self._cast.firms)
            kind, parent, firm.name = "branch_office", above.it.code, world.names.branch(above.name, firm.county)
        founded = world.day - timedelta(days=world.between(30, 7_300))
        return EnterpriseRegistered(
            code=code, name=firm.name, unit=unit, kind=kind, parent_code=parent, founded=founded,
            authority=f"{city.name}市场监督管理局", address=world.names.address(firm.county, firm.street),
            industry_code="7020",
        )  # fmt: skip

    def _members(self) -> tuple[int, int, int]:
        """Formal members, probationary ones, and such whose relation is elsewhere."""
        chance = self._world.chance
        kind, elsewhere = chance.random(), int(chance.random() < 0.25) * chance.randint(1, 4)
        if kind < _MANY:
            return 3 + int(chance.expovariate(1 / _MEAN_BEYOND_THREE)), chance.randint(0, 2), elsewhere
        if kind < _MANY + _FEW:
            return chance.choices((1, 2), (55, 45))[0], int(chance.random() < 0.1), elsewhere
        if kind < _MANY + _FEW + _NEARLY:
            return 0, int(chance.random() < 0.4), chance.randint(1, 3)
        return 0, 0, 0


def _place(world: World, firm: Firm) -> None:
    with world.acts(firm.county.city.code):
        firm.it.place(firm.unit)


def _survey(world: World, firm: Firm) -> None:
    if firm.operating:
        count_members(world, firm)


def count_members(world: World, firm: Firm) -> None:
    """社区核实, or 党组织核实 where one stands: what is so is confirmed."""
    source = "organisation_verified" if firm.own else "community_verified"
    version = firm.it.version
    with world.acts(firm.office):
        firm.it.count(
            EnterpriseMembersCounted(
                formal=firm.formal, probationary=firm.probationary, elsewhere=firm.elsewhere, source=source
            )
        )
    firm.surveyed = True
    if firm.it.version > version:
        firm.counted = world.last_event()


class Committees:
    """物业行业党委: every city by the end of July 2021, some late; counties by practice."""

    def __init__(self, world: World, cast: Cast) -> None:
        self._world, self._cast = world, cast
        self._counties = [county for county in world.province.counties if county.unit != county.city.unit]
        world.chance.shuffle(self._counties)
        self._quota = Quota(_COUNTIES)
        for city in world.province.cities:
            first, last = _IN_TIME
            day = first + timedelta(days=world.between(0, (last - first).days))
            world.on(_CITIES_LATE.get(city.code, day), self._form, city)

    def run(self, day: date) -> None:
        for _ in range(min(self._quota.due(day), len(self._counties))):
            self._quota.done += 1
            self._form(self._counties.pop())

    def _form(self, seat: City | County) -> None:
        world = self._world
        committee = world.new(Committee)
        group = world.between(5, 9) if isinstance(seat, City) else world.between(3, 5)
        name = world.names.marked(f"{seat.name}物业行业党委")
        with world.acts(seat.code):
            committee.form(CommitteeFormed(name=name, unit=seat.unit, leading_group=group, staff=group // 2))
        world.claim("committee", seat.unit, committee.id)
        self._cast.committees[seat.unit] = committee.id
        world.later(world.between(400, 1_100), self._change, committee, seat, group)

    def _change(self, committee: Committee, seat: City | County, group: int) -> None:
        with self._world.acts(seat.code):
            committee.change(CommitteeChanged(leading_group=group + self._world.between(0, 2)))
