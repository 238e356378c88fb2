"""What waits on an enterprise for an office: folded beside its facts for the directory, so that work lists are read.

A matter is `kind: [since, version, unit]`: an ISO day, the version of the event that opened it, and the unit that it
is about ("": the enterprise's own). Kinds: `new`, `moved`, `merged` (待确认); `transfer`, `scope`, `not_ready`
(proposed, not decided); `verification.<count>` (数据核实), `difference.<field>`, `filing.<year>` (报备待受理).
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from services.registry.domain.base import DatedAggregate
from services.registry.domain.enterprise import Enterprise
from services.registry.events.enterprise import (
    EnterpriseCodeCorrected,
    EnterpriseDetailsChanged,
    EnterpriseDifferenceRaised,
    EnterpriseDifferenceSettled,
    EnterpriseFactVoided,
    EnterpriseMembersReported,
    EnterpriseMerged,
    EnterpriseMergeUndone,
    EnterpriseNotReadyProposed,
    EnterprisePlaced,
    EnterpriseRegistered,
    EnterpriseRegistryStatusChanged,
    EnterpriseRenamed,
    EnterpriseScopeProposed,
    EnterpriseTransferDeclined,
    EnterpriseTransferProposed,
)
from xianfeng.event import Event

__all__ = ["Followed", "Matters", "matters_of"]

Matters = dict[str, list[str | int]]

_OF_REGISTERS = frozenset(
    model.TYPE
    for model in (
        EnterpriseRegistered, EnterpriseRenamed, EnterpriseCodeCorrected, EnterpriseDetailsChanged,
        EnterpriseRegistryStatusChanged, EnterpriseDifferenceRaised, EnterpriseDifferenceSettled, EnterprisePlaced,
        EnterpriseTransferProposed, EnterpriseTransferDeclined, EnterpriseMerged, EnterpriseMergeUndone,
        EnterpriseMembersReported, EnterpriseFactVoided,
    )
)  # fmt: skip
"""What registers bring, or moves a record: none of it says that an office has looked at the enterprise."""
_MARKED = {
    EnterpriseRegistered.TYPE: "new", EnterprisePlaced.TYPE: "moved", EnterpriseMerged.TYPE: "merged",
    EnterpriseTransferProposed.TYPE: "transfer", EnterpriseScopeProposed.TYPE: "scope",
    EnterpriseNotReadyProposed.TYPE: "not_ready",
}  # fmt: skip
_SLOTS = ("verification", "difference", "filing")


class _Mark(NamedTuple):
    """The last event of a kind: its version, and the day from which it holds."""

    version: int
    day: date


class Followed(Enterprise):
    """An enterprise that remembers which event it was, and when an office last said something of its own."""

    KIND = Enterprise.KIND

    def __init__(self, id: str) -> None:
        super().__init__(id)
        self.marks: dict[str, _Mark] = {}
        self.looked_at = 0
        """The version of the last event that an office's own look brought; 0: none yet."""

    def apply(self, event: Event) -> None:
        super().apply(event)
        if kind := _MARKED.get(event.type):
            self._mark(kind, event)
        if event.type not in _OF_REGISTERS:
            self.looked_at = event.originator_version

    def _mark(self, kind: str, event: Event) -> None:
        # Placed below its city before anybody looked at it, a new one is still new.
        if kind != "moved" or self.looked_at:
            self.marks[kind] = _Mark(event.originator_version, event.effective)

    @property
    def to_confirm(self) -> str:
        """new, moved or merged; empty once an office has recorded something, or confirmed it, since."""
        if self.merged_into is not None:
            return "merged" if self.marks["merged"].version > self.looked_at else ""
        if not self.looked_at:
            return "new"
        moved = self.marks.get("moved")
        return "moved" if moved is not None and moved.version > self.looked_at else ""


def matters_of(aggregate: DatedAggregate, day: date) -> Matters:
    """All that waits on a subject on a day; nothing on what is no enterprise."""
    if not isinstance(aggregate, Followed):
        return {}
    open_: Matters = {}
    if kind := aggregate.to_confirm:
        _add(open_, aggregate, kind)
    if aggregate.merged_into is not None:
        return open_
    if aggregate.transfer is not None:
        _add(open_, aggregate, "transfer", aggregate.transfer[1].to_unit)
    for proposal in aggregate.proposals:
        _add(open_, aggregate, proposal)
    return open_ | _of_slots(aggregate, day)


def _add(open_: Matters, enterprise: Followed, kind: str, unit: str = "") -> None:
    mark = enterprise.marks[kind]
    open_[kind] = [mark.day.isoformat(), mark.version, unit]


def _of_slots(enterprise: Followed, day: date) -> Matters:
    found: Matters = {}
    for name in enterprise.slots:
        head = name.partition(".")[0]
        entry = enterprise.entry(name, day) if head in _SLOTS else None
        if entry is not None and (head != "filing" or entry.value == "filed"):
            found[name] = [entry.effective.isoformat(), entry.version, ""]
    return found
