"""A reporting unit of the dated tree (domain §7): a division, or a unit that is none."""

from __future__ import annotations

from datetime import date

from services.registry.domain.base import DatedAggregate
from services.registry.domain.words import refuse
from services.registry.events.unit import (
    UnitClosed,
    UnitCompetentDepartmentSet,
    UnitDemonstrationFilled,
    UnitFactVoided,
    UnitLeadBodySet,
    UnitMoved,
    UnitOpened,
    UnitRenamed,
)
from xianfeng.event import Event

__all__ = ["Unit"]


class Unit(DatedAggregate):
    KIND = "unit"
    PREFIX = "unit"
    VOIDED = UnitFactVoided
    LASTING = frozenset({UnitOpened.TYPE, UnitDemonstrationFilled.TYPE})

    def open(self, data: UnitOpened) -> None:
        self.record(data)

    def rename(self, name: str) -> None:
        self.require_open()
        self.state("name", name, UnitRenamed(name=name))

    def move(self, parent: str) -> None:
        self.require_open()
        if parent == self.id:
            raise refuse("unit-under-itself", field="parent", kind="invalid")
        self.state("parent", parent, UnitMoved(parent=parent))

    def close(self, successors: tuple[str, ...]) -> None:
        if self.id in successors:
            raise refuse("succeeds-itself", field="successors", kind="invalid")
        self.state("closed", successors, UnitClosed(successors=successors))

    def set_department(self, department: str) -> None:
        self.require_open()
        self.state("department", department, UnitCompetentDepartmentSet(department=department))

    def set_lead_body(self, body: str) -> None:
        self.require_open()
        self.state("lead_body", body, UnitLeadBodySet(body=body))

    def fill_with_demonstration(self, data: UnitDemonstrationFilled) -> None:
        self.require_open()
        self.state("demonstration", True, data)

    def require_open(self) -> None:
        """Refuse when the unit was closed by the command's day."""
        if self.value("closed") is not None:
            raise refuse("unit-closed", field="unit", unit=self.value("name") or self.id, day=self.day)

    def above(self, day: date) -> str | None:
        """The unit that counts this one's figures on the day: its one successor when closed, else its parent."""
        closed: tuple[str, ...] | None = self.value("closed", day)
        if closed is not None and len(closed) == 1:
            return closed[0]
        return str(self.known("parent", day)) if "parent" in self.slots else None

    def on_opened(self, data: UnitOpened, event: Event) -> None:
        for slot in ("name", "level", "parent", "code", "order", "also"):
            if (value := getattr(data, slot)) is not None:
                self.put(slot, event, value)

    def on_renamed(self, data: UnitRenamed, event: Event) -> None:
        self.put("name", event, data.name)

    def on_moved(self, data: UnitMoved, event: Event) -> None:
        self.put("parent", event, data.parent)

    def on_closed(self, data: UnitClosed, event: Event) -> None:
        self.put("closed", event, data.successors)

    def on_competent_department_set(self, data: UnitCompetentDepartmentSet, event: Event) -> None:
        self.put("department", event, data.department)

    def on_lead_body_set(self, data: UnitLeadBodySet, event: Event) -> None:
        self.put("lead_body", event, data.body)

    def on_demonstration_filled(self, data: UnitDemonstrationFilled, event: Event) -> None:
        self.put("demonstration", event, True)

    def on_fact_voided(self, data: UnitFactVoided, event: Event) -> None:
        self.drop(data.version)
