"""Enterprises with few members or none are covered together: jointly, by area, by industry, with the grid."""

from __future__ import annotations

from datetime import date, timedelta

from services.registry.demo.cast import Cast, Firm, Shared
from services.registry.demo.forming import take_step
from services.registry.demo.places import County
from services.registry.demo.quotas import Point, Quota
from services.registry.demo.world import World
from services.registry.domain.organisation import Organisation
from services.registry.events.base import JointForm
from services.registry.events.organisation import (
    OrganisationEnded,
    OrganisationOpened,
    OrganisationParentsSet,
    OrganisationTermSet,
)

__all__ = ["Sharing"]

_JOINED: list[Point] = [
    (date(2021, 9, 10), 0), (date(2021, 12, 31), 190), (date(2022, 3, 31), 282), (date(2022, 12, 31), 720),
    (date(2023, 12, 31), 1_240), (date(2024, 12, 31), 1_640),
]  # fmt: skip
_AT_LAST = 1_980
_DAYS_TO_APPROVAL = 45
_FORMS: tuple[JointForm, ...] = ("joint", "regional", "industry", "grid")
_FORM_WEIGHTS = (40, 26, 10, 24)
_ROOM = {"joint": (2, 5), "regional": (3, 7), "industry": (4, 12), "grid": (2, 4)}
_WORDS = {"joint": "联合党支部", "regional": "区域联建党支部", "industry": "行业党支部", "grid": "网格共建党支部"}
_MERGED = 0.02


class Sharing:
    """Memberships follow a curve; an organisation is begun some weeks before its members join it."""

    def __init__(self, world: World, cast: Cast) -> None:
        self._world, self._cast = world, cast
        self._quota = Quota(_JOINED, world.scale, (world.plan.last_workday, _AT_LAST))
        self._numbers: dict[str, int] = {}
        self._candidates: dict[County, list[Firm]] = {}

    def run(self, day: date) -> None:
        if day.weekday() == 0:
            self._look()
        for _ in range(20):
            if self._quota.due(day + timedelta(days=_DAYS_TO_APPROVAL + 10)) < 2 or not self._begin():
                return

    def _look(self) -> None:
        """Once a week: who could join, by county."""
        self._candidates = {}
        for firm in self._cast.firms:
            # Half of those without any member stay with their adviser.
            if firm.free and firm.formal < 3 and (firm.formal or firm.elsewhere or len(firm.name) % 2):
                self._candidates.setdefault(firm.county, []).append(firm)

    def _begin(self) -> bool:
        world = self._world
        counties = [county for county, firms in self._candidates.items() if len(firms) > 1]
        if not counties:
            return False
        county = world.chance.choices(counties, [len(self._candidates[c]) for c in counties])[0]
        form = world.chance.choices(_FORMS, _FORM_WEIGHTS)[0]
        firms = self._candidates[county]
        world.chance.shuffle(firms)
        chosen = [firms.pop() for _ in range(min(world.between(*_ROOM[form]), len(firms)))]
        self._quota.done += len(chosen)
        shared = self._open(county, form)
        world.later(world.between(40, 50), self._approve, shared, chosen)
        return True

    def _open(self, county: County, form: JointForm) -> Shared:
        world = self._world
        number = self._numbers[county.code] = self._numbers.get(county.code, 0) + 1
        name = world.names.marked(f"{county.name}物业第{number}{_WORDS[form]}")
        shared = Shared(world.new(Organisation), county, form)
        with world.acts(county.code):
            shared.it.open(OrganisationOpened(name=name, form=form, unit=county.unit))
        take_step(world, county.code, shared.it, "mobilised", world.day)
        self._cast.shared.append(shared)
        return shared

    def _approve(self, shared: Shared, chosen: list[Firm]) -> None:
        world, code = self._world, shared.county.code
        take_step(world, code, shared.it, "approved", world.day)
        committees = self._cast.committees
        industry = committees.get(shared.county.unit) or committees.get(shared.county.city.unit)
        with world.acts(code):
            community = f"{shared.county.name}党（工）委"
            shared.it.set_parents(OrganisationParentsSet(community=community, industry=industry))
            ends = world.day + timedelta(days=3 * 365)
            shared.it.set_term(OrganisationTermSet(number=1, begins=world.day, ends=ends))
        for firm in chosen:
            world.later(world.between(1, 18), self._join, shared, firm)
        world.later(world.between(30, 60), self._establish, shared)
        if world.happens(_MERGED):
            world.later(world.between(400, 900), self._merge, shared)

    def _establish(self, shared: Shared) -> None:
        if shared.standing:
            take_step(self._world, shared.county.code, shared.it, "established", self._world.day)

    def _join(self, shared: Shared, firm: Firm) -> None:
        if not firm.free or not shared.standing:
            self._quota.done -= 1
            return
        world = self._world
        with world.acts(firm.office):
            firm.it.join(shared.it.id, shared.form)
        world.link(shared.it.id, firm.it.id)
        firm.shared = shared
        shared.members.append(firm)

    def _merge(self, ended: Shared) -> None:
        """合并: the members belong to the successor from the same day on."""
        world = self._world
        near = [shared for shared in self._cast.shared if shared.county is ended.county and shared is not ended]
        others = [shared for shared in near if shared.standing and shared.members]
        if not others or not ended.members or not ended.standing:
            return
        successor = world.chance.choice(others)
        ended.standing = False
        with world.acts(ended.county.code):
            ended.it.end(OrganisationEnded(cause="merged", successor=successor.it.id))
            for firm in sorted(ended.members, key=lambda firm: firm.it.id):
                firm.it.pass_on(ended.it.id, "merged", (successor.it.id, successor.form))
                world.link(successor.it.id, firm.it.id)
                firm.shared = successor
                successor.members.append(firm)
        ended.members.clear()
