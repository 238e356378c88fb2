"""Enterprises with three formal members form their own organisation, step by step; it is elected anew, and it grows."""

from __future__ import annotations

from datetime import date, timedelta

from services.registry.demo.cast import Cast, Firm
from services.registry.demo.plan import START
from services.registry.demo.quotas import Point, Quota
from services.registry.demo.roles import end_role
from services.registry.demo.world import World
from services.registry.domain.organisation import Organisation
from services.registry.events.base import OrganisationType
from services.registry.events.organisation import (
    OrganisationOpened,
    OrganisationParentsSet,
    OrganisationSecretaryConsulted,
    OrganisationStepRecorded,
    OrganisationTermSet,
    Step,
)

__all__ = ["Forming", "open_organisation", "take_step"]

_STANDING_ALREADY = 0.20
"""Share of enterprises with three members that had an organisation before the notice."""
_APPROVED: list[Point] = [
    (date(2021, 8, 20), 0), (date(2021, 12, 31), 575), (date(2022, 3, 31), 636), (date(2022, 12, 31), 780),
    (date(2024, 12, 31), 1_080),
]  # fmt: skip
_AT_LAST = 1_240
_DAYS_TO_APPROVAL = 55
_TERM_YEARS = 3
_BRANCH_COMMITTEE_FROM, _GENERAL_FROM, _COMMITTEE_FROM = 7, 51, 101
_VERTICAL = 0.12


class Forming:
    """Approvals (批复) follow a curve; each is begun some eight weeks before."""

    def __init__(self, world: World, cast: Cast) -> None:
        self._world, self._cast = world, cast
        self._quota = Quota(_APPROVED, world.scale, (world.plan.last_workday, _AT_LAST))
        self._waiting: list[Firm] = []
        self._looked = 0

    def run(self, day: date) -> None:
        if day.weekday() == 0:
            self._look()
        for _ in range(min(self._quota.due(day + timedelta(days=_DAYS_TO_APPROVAL)), len(self._waiting))):
            firm = self._waiting.pop(self._world.chance.randrange(len(self._waiting)))
            if firm.free and firm.formal >= 3:
                self._quota.done += 1
                self._begin(firm)

    def _look(self) -> None:
        """Once a week: who has three members and no organisation. Found standing: those formed before the notice."""
        world = self._world
        for firm in self._cast.firms[self._looked :]:
            if firm.formal >= 3 and world.happens(_STANDING_ALREADY):
                world.later(world.between(46, 60), self._find_standing, firm)
        self._looked = len(self._cast.firms)
        self._waiting = [firm for firm in self._cast.firms if firm.free and firm.formal >= 3]

    def _find_standing(self, firm: Firm) -> None:
        if not firm.free:
            return
        begun = START - timedelta(days=self._world.between(200, 2_500))
        approved = begun + timedelta(days=60)
        firm.own = open_organisation(self._world, firm, begun)
        for step, on in (("requested", begun + timedelta(days=20)), ("approved", approved)):
            self._step(firm, firm.own, step, on)  # type: ignore[arg-type]
        self._lead(firm, approved)

    def _begin(self, firm: Firm) -> None:
        world = self._world
        firm.forming = True
        approval = world.between(48, 62)
        organisation = open_organisation(world, firm, world.day)
        take_step(world, firm.office, organisation, "mobilised", world.day)
        with world.acts(firm.office):
            planned = world.day + timedelta(days=approval)
            organisation.take_step(OrganisationStepRecorded(step="planned", on=planned))
        world.later(world.between(18, 30), self._go_on, firm, organisation, "requested")
        world.later(approval, self._approve, firm, organisation)

    def _go_on(self, firm: Firm, organisation: Organisation, step: Step) -> None:
        if firm.operating:
            self._step(firm, organisation, step, self._world.day)

    def _approve(self, firm: Firm, organisation: Organisation) -> None:
        firm.forming = False
        if not firm.operating or firm.shared is not None:
            return
        world = self._world
        firm.own = organisation
        self._step(firm, organisation, "approved", world.day)
        world.later(world.between(12, 25), self._go_on, firm, organisation, "elected")
        world.later(world.between(30, 45), self._go_on, firm, organisation, "established")
        world.later(world.between(14, 28), self._lead, firm, world.day)

    def _step(self, firm: Firm, organisation: Organisation, step: Step, on: date) -> None:
        """As the command does: an approved organisation is its owner's from the step's own day."""
        world = self._world
        take_step(world, firm.office, organisation, step, on)
        if step == "approved":
            with world.acts(firm.county.code, on):
                firm.it.form_own(organisation.id, _type(firm.formal))
            world.link(organisation.id, firm.it.id)

    def _lead(self, firm: Firm, begins: date) -> None:
        """The term, the parents, the secretary; with seven members a branch committee."""
        world, organisation = self._world, firm.own
        if organisation is None or not firm.operating:
            return
        with world.acts(firm.office):
            if world.happens(0.93):
                vertical = world.names.marked(f"{firm.name}总公司党委") if world.happens(_VERTICAL) else None
                organisation.set_parents(
                    OrganisationParentsSet(
                        community=f"{firm.street.name if firm.street else firm.county.name}党（工）委",
                        industry=self._cast.committees.get(firm.county.unit)
                        or self._cast.committees.get(firm.county.city.unit),
                        vertical=vertical,
                    )
                )
        self._elect(firm, organisation, begins, 1)

    def _elect(self, firm: Firm, organisation: Organisation, begins: date, number: int) -> None:
        world = self._world
        if not firm.operating or firm.own is not organisation:
            return
        ends = begins + timedelta(days=365 * _TERM_YEARS)
        with world.acts(firm.office):
            organisation.set_term(OrganisationTermSet(number=number, begins=begins, ends=ends))
            if firm.formal >= _BRANCH_COMMITTEE_FROM and world.happens(0.8):
                organisation.elect_branch_committee(world.chance.choice((3, 3, 5)))
        if number == 1 or world.happens(0.4):
            self._appoint(firm, organisation)
        if world.happens(0.85):
            late = world.between(-20, 120)
            world.on(max(ends, world.day) + timedelta(days=late), self._again, firm, organisation, number + 1)

    def _again(self, firm: Firm, organisation: Organisation, number: int) -> None:
        self._elect(firm, organisation, self._world.day, number)

    def _appoint(self, firm: Firm, organisation: Organisation) -> None:
        world = self._world
        with world.acts(firm.office):
            if (before := organisation.value("secretary")) is not None:
                organisation.remove_secretary()
                end_role(world, before)
            if world.happens(0.9):
                organisation.consult(OrganisationSecretaryConsulted(on=world.day, agreed=True))
            organisation.appoint_secretary(world.new_holder(organisation.id))


def open_organisation(world: World, firm: Firm, on: date) -> Organisation:
    """An enterprise's own organisation is being formed from this day on."""
    organisation = world.new(Organisation)
    kind = _type(firm.formal)
    noun = {"branch": "党支部", "general_branch": "党总支", "committee": "党委"}[kind]
    with world.acts(firm.office, on):
        organisation.open(
            OrganisationOpened(
                name=world.names.marked(f"中共{firm.name}{noun}"), form="own", type=kind, unit=firm.unit, of=firm.it.id
            )
        )
    return organisation


def take_step(world: World, office: str, organisation: Organisation, step: Step, on: date) -> None:
    """One step on its day; an approval bears a number."""
    number = f"演示组〔{on.year}〕{world.between(1, 99)}号" if step == "approved" else None
    with world.acts(office):
        organisation.take_step(OrganisationStepRecorded(step=step, on=on, number=number))


def _type(formal: int) -> OrganisationType:
    if formal >= _COMMITTEE_FROM:
        return "committee"
    return "general_branch" if formal >= _GENERAL_FROM else "branch"
