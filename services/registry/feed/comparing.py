"""A row against what is known of its enterprise: each field has an owner, and nobody's word is overwritten.

The registry owns what it stated: a value that it (or another registry) said, and nobody has changed since, follows
the next export. What an office has stated stays, and a difference is raised once. Scope and home unit are never the
registry's: another county is a difference, another city a proposed transfer, until accepted 迁移中.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from services.registry.domain.enterprise import Enterprise
from services.registry.events.enterprise import (
    EnterpriseDetailsChanged,
    EnterpriseDifferenceRaised,
    EnterpriseRegistryStatusChanged,
    EnterpriseTransferProposed,
)
from services.registry.feed.known import Known
from services.registry.feed.placing import Placer
from services.registry.feed.rows import RegistryRow

__all__ = ["INACTIVE", "OWNED", "Comparison", "stated_of"]

OWNED = ("name", "registry_status", "kind", "parent_code", "founded", "authority", "address", "industry_code")
"""Slots that belong to the registry as long as no office states otherwise."""
INACTIVE = frozenset({"suspended", "revoked", "deregistered"})
_DETAILS = frozenset(OWNED) - {"name", "registry_status"}


def stated_of(row: RegistryRow) -> dict[str, str]:
    """The slots that the row states, as texts."""
    values = (
        row.name, row.status, row.kind, row.parent_code, row.founded, row.authority, row.address, row.industry_code
    )  # fmt: skip
    return {slot: value for slot, value in zip(OWNED, values, strict=True) if value}


class Comparison:
    """One enterprise and one row, inside the act of the import. Facts and differences are recorded as it goes.

    `said_before`: what registries stated of the code until now; `known`: this source's last word, if any.
    """

    def __init__(
        self, enterprise: Enterprise, source: str, placer: Placer, known: Known | None,
        said_before: Iterable[Mapping[str, str]],
    ) -> None:  # fmt: skip
        self._enterprise = enterprise
        self._source = source
        self._placer = placer
        self._known = known
        self._said_before = list(said_before)
        self.changed = False
        self.differences: list[EnterpriseDifferenceRaised] = []

    def take(self, row: RegistryRow, place: str) -> dict[str, str]:
        """Record what the row brings; what is to be remembered as stated by it."""
        stated = stated_of(row)
        if self._moving(place) and stated["registry_status"] not in INACTIVE:
            stated["registry_status"] = "moved_out"
        # An office's correction of another city than its own is not a registry's to follow.
        if self._placer.holds(self._home()) or self._enterprise.transfer is not None:
            self._fields(stated)
        if row.code != self._enterprise.code:
            self._differ("code", self._enterprise.code, row.code)
        return stated

    def take_status(self, status: str) -> None:
        """Record a registry status alone."""
        self._fields({"registry_status": status})

    def _fields(self, stated: Mapping[str, str]) -> None:
        new: dict[str, Any] = {}
        for slot, theirs in stated.items():
            mine = self._mine(slot)
            if mine == theirs:
                self._agree(slot)
            elif mine is None or mine in self._owned(slot):
                new[slot] = theirs
            else:
                self._differ(slot, mine, theirs)
        self._record(new)

    def _mine(self, slot: str) -> str | None:
        if slot not in self._enterprise.slots:
            return None
        value = self._enterprise.known(slot)
        return value.isoformat() if isinstance(value, date) else value

    def _owned(self, slot: str) -> set[str | None]:
        """Values that are the registry's own; at its first word, those with which the enterprise was registered."""
        if self._said_before:
            return {stated.get(slot) for stated in self._said_before}
        first = min(self._enterprise.slots[slot].entries, key=lambda entry: entry.version)
        value = first.value if first.version == 1 else None
        return {value.isoformat() if isinstance(value, date) else value}

    def _record(self, new: Mapping[str, Any]) -> None:
        before = len(self._enterprise.pending)
        if "name" in new:
            self._enterprise.rename(new["name"])
        if "registry_status" in new:
            status = EnterpriseRegistryStatusChanged(registry_status=new["registry_status"])
            self._enterprise.change_registry_status(status)
        if details := {slot: value for slot, value in new.items() if slot in _DETAILS}:
            self._enterprise.change_details(EnterpriseDetailsChanged(**details))
        self.changed = self.changed or len(self._enterprise.pending) > before

    def _home(self) -> str:
        return str(self._enterprise.known("unit"))

    def _moving(self, place: str) -> bool:
        """Settle where the row puts it; is a transfer to another city open afterwards?"""
        home = self._home()
        if not self._placer.lies_under(home, place):
            self._place(home, place)
        open_transfer = self._enterprise.transfer
        return open_transfer is not None and self._placer.city(open_transfer[1].to_unit) != self._placer.city(home)

    def _place(self, home: str, place: str) -> None:
        known = self._known
        untouched = known is not None and known.unit == home
        if untouched and self._placer.lies_under(place, home):
            # It waited there for an address that says more.
            self._enterprise.place(place)
            self.changed = True
        elif self._proposed(place):
            # It waits for an answer already.
            return
        elif known is not None and known.place == place:
            if not untouched:
                self._differ("unit", home, place)
        elif self._placer.city(place) not in (None, self._placer.city(home)):
            before = len(self._enterprise.pending)
            self._enterprise.propose_transfer(EnterpriseTransferProposed(to_unit=place))
            self.changed = self.changed or len(self._enterprise.pending) > before
        else:
            self._differ("unit", home, place)

    def _proposed(self, place: str) -> bool:
        open_transfer = self._enterprise.transfer
        return open_transfer is not None and open_transfer[1].to_unit == place

    def _agree(self, slot: str) -> None:
        found = self._enterprise.value(f"difference.{slot}")
        if found is not None and found[1] == self._mine(slot):
            self._enterprise.settle_difference(slot, taken=True)  # type: ignore[arg-type]

    def _differ(self, field: Any, mine: str, theirs: str) -> None:
        difference = EnterpriseDifferenceRaised(field=field, known=mine, reported=theirs, source=self._source)
        if self._enterprise.raise_difference(difference):
            self.differences.append(difference)
