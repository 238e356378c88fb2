"""What the registry of companies says of an enterprise, and which unit answers for it."""

from __future__ import annotations

from typing import Any

from services.registry.domain.base import DatedAggregate
from services.registry.domain.words import refuse
from services.registry.events.enterprise import (
    EnterpriseCodeCorrected,
    EnterpriseDetailsChanged,
    EnterprisePlaced,
    EnterpriseRegistered,
    EnterpriseRegistryStatusChanged,
    EnterpriseRenamed,
    EnterpriseTransferDeclined,
    EnterpriseTransferProposed,
    EnterpriseWorkingUnitAdded,
    EnterpriseWorkingUnitRemoved,
)
from xianfeng.event import Event

__all__ = ["Registration"]

DETAILS = ("kind", "parent_code", "founded", "authority", "address", "industry_code", "operating_unit")


class Registration(DatedAggregate):
    """Registry facts, home unit (主责单位) and working units (协同单位)."""

    transfer: tuple[int, EnterpriseTransferProposed] | None = None
    """The open proposal and the version of its event."""
    transfer_actor = ""

    def register(self, data: EnterpriseRegistered) -> None:
        if data.kind == "branch_office" and data.parent_code is None:
            raise refuse("branch-without-parent", field="parent_code")
        self.record(data)

    def rename(self, name: str) -> None:
        self.state("name", name, EnterpriseRenamed(name=name))

    def correct_code(self, code: str) -> None:
        if self.code != code:
            self.record(EnterpriseCodeCorrected(code=code))

    def change_details(self, data: EnterpriseDetailsChanged) -> None:
        stated = {name: value for name in DETAILS if (value := getattr(data, name)) is not None}
        new = {name: value for name, value in stated.items() if not self.says(name, value)}
        if new:
            self.record(data.model_copy(update={name: new.get(name) for name in DETAILS}))

    def change_registry_status(self, data: EnterpriseRegistryStatusChanged) -> None:
        self.state("registry_status", data.registry_status, data)

    def place(self, unit: str) -> None:
        """The home unit is this one from the day on; a proposal to move there is thereby accepted."""
        accepted = self.transfer is not None and self.transfer[1].to_unit == unit
        if accepted or not self.says("unit", unit):
            self.record(EnterprisePlaced(unit=unit))
        if accepted and self.value("registry_status") == "moved_out":
            # 迁移中 until the new unit takes it (domain §3).
            self.record(EnterpriseRegistryStatusChanged(registry_status="active"))

    def propose_transfer(self, data: EnterpriseTransferProposed) -> None:
        if self.value("unit") == data.to_unit:
            raise refuse("already-there", field="to_unit")
        if self.transfer is None or self.transfer[1].to_unit != data.to_unit:
            self.record(data)

    def accept_transfer(self) -> None:
        self.place(self.proposed_unit())

    def decline_transfer(self, reason: str) -> None:
        self.record(EnterpriseTransferDeclined(to_unit=self.proposed_unit(), reason=reason))

    def proposed_unit(self) -> str:
        """The unit that was proposed. Refused when none is."""
        if self.transfer is None:
            raise refuse("no-transfer", field="enterprise")
        return self.transfer[1].to_unit

    def add_working_unit(self, unit: str) -> None:
        self.state(f"working.{unit}", True, EnterpriseWorkingUnitAdded(unit=unit))

    def remove_working_unit(self, unit: str) -> None:
        self.state(f"working.{unit}", None, EnterpriseWorkingUnitRemoved(unit=unit))

    @property
    def code(self) -> str:
        """The credit code as now known; a code is corrected, never changed from a day on."""
        entries = self.slots["code"].entries
        return str(max(entries, key=lambda e: e.version).value)

    def on_registered(self, data: EnterpriseRegistered, event: Event) -> None:
        for slot in ("code", "name", "unit", "registry_status", *DETAILS):
            self._put_stated(slot, event, getattr(data, slot))

    def on_renamed(self, data: EnterpriseRenamed, event: Event) -> None:
        self.put("name", event, data.name)

    def on_code_corrected(self, data: EnterpriseCodeCorrected, event: Event) -> None:
        self.put("code", event, data.code)

    def on_details_changed(self, data: EnterpriseDetailsChanged, event: Event) -> None:
        for slot in DETAILS:
            self._put_stated(slot, event, getattr(data, slot))

    def on_registry_status_changed(self, data: EnterpriseRegistryStatusChanged, event: Event) -> None:
        self.put("registry_status", event, data.registry_status)

    def on_placed(self, data: EnterprisePlaced, event: Event) -> None:
        self.put("unit", event, data.unit)
        if self.transfer and self.transfer[1].to_unit == data.unit:
            self.transfer = None

    def on_transfer_proposed(self, data: EnterpriseTransferProposed, event: Event) -> None:
        self.transfer = (event.originator_version, data)
        self.transfer_actor = event.actor

    def on_transfer_declined(self, data: EnterpriseTransferDeclined, event: Event) -> None:
        self.transfer = None

    def on_working_unit_added(self, data: EnterpriseWorkingUnitAdded, event: Event) -> None:
        self.put(f"working.{data.unit}", event, True)

    def on_working_unit_removed(self, data: EnterpriseWorkingUnitRemoved, event: Event) -> None:
        self.put(f"working.{data.unit}", event, None)

    def _put_stated(self, slot: str, event: Event, value: Any) -> None:
        if value is not None:
            self.put(slot, event, value)
