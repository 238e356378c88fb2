"""What the registry of companies reports afterwards: new names and addresses, moves, endings and what follows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from services.registry.demo.cast import Cast, Firm
from services.registry.demo.working import release_guide
from services.registry.demo.world import World
from services.registry.events.enterprise import (
    EnterpriseDetailsChanged,
    EnterpriseMembersInTransfer,
    EnterpriseRegistryStatusChanged,
    EnterpriseSucceeded,
    EnterpriseTransferProposed,
    RegistryStatus,
)
from services.registry.events.organisation import OrganisationEnded

__all__ = ["Changes"]

_A_YEAR = 250.0
"""Working days."""
_ENDINGS: tuple[RegistryStatus, ...] = ("deregistered", "revoked", "suspended", "closing")


class Changes:
    """Each kind of change meets a share of the enterprises a year."""

    def __init__(self, world: World, cast: Cast) -> None:
        self._world, self._cast = world, cast
        self._kinds: tuple[tuple[float, Callable[[Firm], None]], ...] = (
            (0.012, self._rename), (0.035, self._move_house), (0.016, self._end), (0.008, self._transfer),
            (0.030, self._work_elsewhere), (0.002, self._move_out), (0.0006, self._absorb),
            (0.01, self._note_transfers),
        )  # fmt: skip

    def run(self, day: date) -> None:
        world, firms = self._world, self._cast.firms
        if day < date(2021, 9, 1):
            return
        for share, change in self._kinds:
            expected = len(firms) * share / _A_YEAR
            for _ in range(int(expected + world.chance.random())):
                firm = world.chance.choice(firms)
                if firm.operating and firm.surveyed:
                    change(firm)

    def _rename(self, firm: Firm) -> None:
        world = self._world
        firm.name = world.names.enterprise(firm.county.city)
        with world.acts(firm.county.city.code):
            firm.it.rename(firm.name)

    def _move_house(self, firm: Firm) -> None:
        world = self._world
        with world.acts(firm.county.city.code):
            firm.it.change_details(EnterpriseDetailsChanged(address=world.names.address(firm.county, firm.street)))

    def _transfer(self, firm: Firm) -> None:
        """Proposed by the unit that has it, accepted by the one that is to have it."""
        world = self._world
        county = world.chance.choice(firm.county.city.counties)
        street = world.chance.choice(county.streets)
        if street.unit == firm.unit or firm.it.transfer is not None:
            return
        with world.acts(firm.office):
            firm.it.propose_transfer(EnterpriseTransferProposed(to_unit=street.unit, reason="经营地已变更"))
        if world.happens(0.1):
            world.later(world.between(5, 25), self._decline, firm, street.code)
            return

        def accept() -> None:
            if firm.operating and firm.it.transfer is not None:
                with world.acts(street.code):
                    firm.it.accept_transfer()
                firm.county, firm.street = county, street

        world.later(world.between(5, 40), accept)

    def _decline(self, firm: Firm, office: str) -> None:
        if firm.operating and firm.it.transfer is not None:
            with self._world.acts(office):
                firm.it.decline_transfer("该企业不在本辖区经营")

    def _work_elsewhere(self, firm: Firm) -> None:
        unit = self._world.province.draw(self._world.chance)
        if unit is not firm.county:
            with self._world.acts(unit.code):
                firm.it.add_working_unit(unit.unit)

    def _note_transfers(self, firm: Firm) -> None:
        if firm.formal:
            with self._world.acts(firm.office):
                firm.it.note_transfers(EnterpriseMembersInTransfer(leaving=1, arriving=self._world.between(0, 2)))

    def _move_out(self, firm: Firm) -> None:
        """迁移中, until it is deregistered here or comes back."""
        self._set_status(firm, "moved_out")
        self._world.later(self._world.between(60, 300), self._set_status, firm, "active")

    def _absorb(self, firm: Firm) -> None:
        other = self._world.chance.choice(self._cast.firms)
        if other is firm or not other.operating:
            return
        with self._world.acts(firm.county.code):
            firm.it.succeed(EnterpriseSucceeded(cause="absorbed", successors=(other.it.id,)))
        self._close(firm, "deregistered")

    def _end(self, firm: Firm) -> None:
        status = self._world.chance.choices(_ENDINGS, (55, 15, 10, 20))[0]
        if status != "closing":
            self._close(firm, status)
            return
        self._set_status(firm, "closing")
        self._world.later(self._world.between(60, 200), self._close, firm, "deregistered")

    def _close(self, firm: Firm, status: RegistryStatus) -> None:
        """As the policy has it, a deregistered enterprise frees its advisers; its organisation is settled later."""
        if not firm.operating:
            return
        world = self._world
        self._set_status(firm, status)
        firm.operating = False
        if status == "deregistered":
            with world.acts(firm.office):
                release_guide(firm, "enterprise_closed")
        if firm.organised and status != "suspended":
            world.later(world.between(20, 150), self._settle, firm)

    def _set_status(self, firm: Firm, status: RegistryStatus) -> None:
        if firm.operating:
            with self._world.acts(firm.county.city.code):
                firm.it.change_registry_status(EnterpriseRegistryStatusChanged(registry_status=status))

    def _settle(self, firm: Firm) -> None:
        """待处置: the organisation is withdrawn, the membership left."""
        world = self._world
        with world.acts(firm.county.code):
            if firm.own is not None:
                document = f"演示组〔{world.day.year}〕{world.between(1, 99)}号"
                firm.own.end(OrganisationEnded(cause="withdrawn", document=document))
                firm.it.end_own(firm.own.id, "withdrawn", None)
                firm.own = None
            if firm.shared is not None:
                firm.it.leave(firm.shared.it.id, "left")
                firm.shared.members.remove(firm)
                firm.shared = None
