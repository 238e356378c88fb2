"""Decisions that one level proposes and the level above confirms, and why an enterprise is not covered."""

from __future__ import annotations

from datetime import date, timedelta

from services.registry.demo.cast import Cast, Firm
from services.registry.demo.quotas import Point, Quota
from services.registry.demo.world import World
from services.registry.events.enterprise import (
    EnterpriseNotReadyProposed,
    EnterpriseScopeProposed,
    EnterpriseUncoveredReasonStated,
    ScopeReason,
    UncoveredReason,
)

__all__ = ["Deciding"]

_NOT_READY: list[Point] = [(date(2021, 10, 10), 0), (date(2021, 12, 31), 210), (date(2022, 3, 31), 260),
                           (date(2023, 12, 31), 560), (date(2026, 12, 31), 1_050)]  # fmt: skip
_OUT: list[Point] = [(date(2021, 8, 20), 0), (date(2021, 12, 31), 85), (date(2022, 3, 31), 110),
                     (date(2026, 12, 31), 250)]  # fmt: skip
_REASONS: list[Point] = [(date(2021, 12, 1), 0), (date(2022, 2, 28), 1_300), (date(2023, 12, 31), 1_900),
                         (date(2026, 12, 31), 2_500)]  # fmt: skip
_WHY_NOT_READY = ("党员流动性大，暂无固定党员", "仅有个别党员，正在与邻近企业协商", "企业刚成立，人员未稳定")
_WHY_OUT: tuple[ScopeReason, ...] = ("not_property_service", "not_operating", "left_the_area", "duplicate", "other")
_OUT_WEIGHTS = (45, 30, 12, 8, 5)
_EVIDENCE = "现场核实记录（演示）"
_REFUSED = 0.06


class Deciding:
    """暂不具备条件 and 不纳入统计; 未建原因."""

    def __init__(self, world: World, cast: Cast) -> None:
        self._world, self._cast = world, cast
        self._not_ready, self._out, self._reasons = (
            Quota(points, world.scale) for points in (_NOT_READY, _OUT, _REASONS)
        )

    def run(self, day: date) -> None:
        for quota, decide in (
            (self._not_ready, self._propose_not_ready), (self._out, self._propose_out), (self._reasons, self._state),
        ):  # fmt: skip
            for _ in range(quota.due(day)):
                quota.done += 1
                if (firm := self._anybody()) is not None:
                    decide(firm)

    def _anybody(self) -> Firm | None:
        """An enterprise that no organisation covers."""
        for _ in range(30):
            firm = self._world.chance.choice(self._cast.firms)
            if firm.free:
                return firm
        return None

    def _propose_not_ready(self, firm: Firm) -> None:
        world = self._world
        if firm.guide is None and not firm.mass:
            return
        data = EnterpriseNotReadyProposed(
            reason=world.chance.choice(_WHY_NOT_READY), review_date=world.day + timedelta(days=world.between(180, 350))
        )
        with world.acts(firm.office):
            firm.it.propose_not_ready(data)
        world.later(world.between(4, 20), self._confirm_not_ready, firm, data)

    def _confirm_not_ready(self, firm: Firm, data: EnterpriseNotReadyProposed) -> None:
        standing = firm.it.proposals.get("not_ready")
        if not firm.operating or standing is None or standing.data != data:
            return
        with self._world.acts(firm.county.city.code):
            if firm.it.has_work_coverage() and not firm.organised:
                firm.it.confirm_not_ready()
            else:
                firm.it.refuse_proposal("not_ready", "不具备有效的工作覆盖，请先选派党建工作指导员")

    def _propose_out(self, firm: Firm) -> None:
        world = self._world
        reason = world.chance.choices(_WHY_OUT, _OUT_WEIGHTS)[0]
        review = world.day + timedelta(days=365)
        with world.acts(firm.office):
            firm.it.propose_scope(
                EnterpriseScopeProposed(in_scope=False, reason=reason, evidence=_EVIDENCE, review_date=review)
            )
        world.later(world.between(5, 25), self._confirm_out, firm)

    def _confirm_out(self, firm: Firm) -> None:
        world = self._world
        if not firm.free or "scope" not in firm.it.proposals:
            return
        with world.acts(firm.county.city.code):
            if world.happens(_REFUSED):
                firm.it.refuse_proposal("scope", "佐证材料不足，请补充后再报")
                return
            firm.it.confirm_scope()
        firm.operating = False

    def _state(self, firm: Firm) -> None:
        world = self._world
        nobody = firm.formal + firm.elsewhere == 0
        reasons: tuple[UncoveredReason, ...] = ("no_members", "investor_unwilling", "superior_not_guiding", "other")
        reason = world.chance.choices(reasons, (80, 8, 7, 5) if nobody else (0, 35, 40, 25))[0]
        with world.acts(firm.office):
            firm.it.state_uncovered_reason(EnterpriseUncoveredReasonStated(reason=reason))
