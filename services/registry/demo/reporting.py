"""What comes every year: filings in January, the yearly report in summer, trainings, and members counted again."""

from __future__ import annotations

from datetime import date, timedelta

from services.registry.demo.cast import Cast, Firm
from services.registry.demo.founding import count_members
from services.registry.demo.world import World
from services.registry.events.enterprise import (
    EnterpriseFiled,
    EnterpriseMembersReported,
    EnterpriseTrainingRecorded,
    EnterpriseVerificationClosed,
    TrainingLevel,
)

__all__ = ["Counting", "Filing", "Reports", "Trainings"]

_FILED = {2022: 0.84, 2023: 0.90, 2024: 0.93, 2025: 0.94}
_FILED_LATER, _RETURNED = 0.95, 0.03
_IN_TIME = 0.88
_REPORTING, _DIFFERING = 0.35, 0.10
_COUNTED_A_WEEK = 0.012
_LEVELS: tuple[TrainingLevel, ...] = ("county", "city", "province")


class Filing:
    """报备: each year-start, nearly all in time; accepted, or returned once."""

    def __init__(self, world: World, cast: Cast) -> None:
        self._world, self._cast = world, cast
        self._year = 2021

    def run(self, day: date) -> None:
        if day.year == self._year:
            return
        self._year, world = day.year, self._world
        share = _FILED.get(day.year, _FILED_LATER)
        for firm in self._cast.firms:
            if firm.operating and world.happens(share):
                in_time = world.happens(_IN_TIME)
                when = 4 + int(world.chance.triangular(0, 40, 28)) if in_time else world.between(46, 95)
                world.on(date(day.year, 1, 1) + timedelta(days=when), self._file, firm, day.year)

    def _file(self, firm: Firm, year: int) -> None:
        if not firm.operating:
            return
        world = self._world
        set_up = None if not firm.own else "党支部" if firm.formal < 51 else "党总支"
        with world.acts(firm.office):
            firm.it.file(EnterpriseFiled(year=year, organisation_formed=firm.organised, set_up=set_up))
        world.later(world.between(2, 18), self._receive, firm, year, world.happens(_RETURNED))

    def _receive(self, firm: Firm, year: int, returned: bool) -> None:
        if firm.it.filings[year][0] != "filed":
            return
        with self._world.acts(firm.county.code):
            if not returned:
                firm.it.accept_filing(year)
                return
            firm.it.return_filing(year, "组织设置情况与台账不一致，请核对后重报")
        self._world.later(self._world.between(3, 15), self._file, firm, year)


class Reports:
    """年报 in May and June: a figure that includes probationary members; a difference is verified and closed."""

    def __init__(self, world: World, cast: Cast) -> None:
        self._world, self._cast = world, cast
        self._year = 2021

    def run(self, day: date) -> None:
        if day.month < 5 or day.year == self._year:
            return
        self._year, world = day.year, self._world
        for firm in self._cast.firms:
            if firm.operating and firm.surveyed and world.happens(_REPORTING):
                world.later(world.between(1, 55), self._report, firm)

    def _report(self, firm: Firm) -> None:
        if not firm.operating:
            return
        world = self._world
        reported = firm.formal + firm.probationary
        if world.happens(_DIFFERING):
            reported = max(reported + world.chance.choice((-2, -1, 1, 2)), 0)
        with world.acts(firm.office):
            firm.it.report(EnterpriseMembersReported(formal=reported, source="yearly_report"))
        if reported != firm.formal + firm.probationary:
            world.later(world.between(6, 28), self._close, firm)

    def _close(self, firm: Firm) -> None:
        slot = firm.it.slots.get("verification.formal")
        # What was told last, not what holds last: a count that was corrected closes it on an earlier day.
        if not firm.operating or slot is None or max(slot.entries, key=lambda entry: entry.version).value is None:
            return
        with self._world.acts(firm.office):
            firm.it.close_verification(EnterpriseVerificationClosed(field="formal", reason="经社区核实，以核实数为准"))


class Counting:
    """Members come, leave, become formal; a part of the enterprises is counted again every week."""

    def __init__(self, world: World, cast: Cast) -> None:
        self._world, self._cast = world, cast

    def run(self, day: date) -> None:
        world, firms = self._world, self._cast.firms
        if day.weekday() != 2 or day < date(2021, 11, 1):
            return
        for _ in range(round(len(firms) * _COUNTED_A_WEEK)):
            firm = world.chance.choice(firms)
            if firm.operating and firm.surveyed:
                self._change(firm)
                count_members(world, firm)

    def _change(self, firm: Firm) -> None:
        chance = self._world.chance
        if firm.probationary and chance.random() < 0.6:
            firm.formal, firm.probationary = firm.formal + 1, firm.probationary - 1
        elif firm.formal or chance.random() < 0.08:
            firm.formal = max(firm.formal + chance.choices((-1, 0, 1, 2), (33, 33, 31, 3))[0], 0)
        if firm.formal and chance.random() < 0.08:
            firm.probationary += 1


class Trainings:
    """书记培训 of the counties, 双培养 of city and province."""

    def __init__(self, world: World, cast: Cast) -> None:
        self._world, self._cast = world, cast
        self._year = 2021

    def run(self, day: date) -> None:
        if day.month < 3 or day.year == self._year:
            return
        self._year, world = day.year, self._world
        for firm in self._cast.firms:
            if firm.operating and firm.organised and world.happens(0.4):
                world.later(world.between(1, 260), self._train, firm)

    def _train(self, firm: Firm) -> None:
        if not firm.operating:
            return
        world = self._world
        dual = world.happens(0.15)
        level = world.chance.choice(_LEVELS[1:]) if dual else "county"
        with world.acts(firm.county.code):
            firm.it.record_training(
                EnterpriseTrainingRecorded(
                    kind="dual_cultivation" if dual else "secretary_training", level=level, people=world.between(1, 2)
                )
            )
