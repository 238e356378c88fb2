"""Which actions an account is offered: what its role may do, and what makes sense with what is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import services.registry.events
from services.console.entry.knowing import Known
from services.console.entry.table import SERVICE, Action
from services.console.session import Reader
from xianfeng.rpc.caller import Principal
from xianfeng.rpc.permissions import Permissions
from xianfeng.words import say

__all__ = ["Offer", "Offered", "may", "may_call", "offered"]

# The table of roles is data of registry's: what it would refuse is not offered.
REGISTRY = Path(services.registry.events.__file__).parents[1]
ROLES = (REGISTRY / "roles.toml", REGISTRY / "ledger" / "roles.toml")
REFUSED = "enterprise.proposal-refused.v1"


@dataclass(frozen=True)
class Offer:
    """One action: the command, what it is called, and what is known beside it."""

    command: str
    label: str
    known: str


@dataclass(frozen=True)
class Offered:
    title: str
    offers: tuple[Offer, ...]


def may(reader: Reader, command: str) -> bool:
    """Whether this role may send the command at all."""
    return may_call(reader, f"/{SERVICE.full_name}/{command}")


def may_call(reader: Reader, method: str) -> bool:
    """The same of any method of registry's tables, by its path."""
    return _permissions().may(Principal(reader.handle, reader.role), method)


def offered(reader: Reader, known: Known) -> tuple[Offered, ...]:
    """The groups with at least one action, in the table's order."""
    slots, groups = known.slots(), []
    for group in known.table.groups:
        offers = tuple(
            Offer(name, say(f"registry.command.{name}"), _beside(known.table.actions[name], slots))
            for name in group.commands
            if is_offered(reader, known, name)
        )
        if offers:
            groups.append(Offered(say(f"console.entry.group.{group.name}"), offers))
    return tuple(groups)


def is_offered(reader: Reader, known: Known, command: str) -> bool:
    """Registry decides again; this spares a form that could only be refused."""
    if not may(reader, command):
        return False
    if known.view is None:
        return command in known.table.outside
    if known.view.ended and command not in known.table.ended:
        return False
    action = known.table.actions[command]
    if action.while_slot and not _has(known.view.facts, action.while_slot):
        return False
    if action.unless and _has(known.view.facts, action.unless):
        return False
    return not action.open or any(_open_matters(action, known.lines))


def _has(facts: Sequence[Any], wanted: str) -> bool:
    return any(_is_of(fact.slot, wanted) for fact in facts)


def _open_matters(action: Action, lines: Sequence[Any]) -> Iterator[Any]:
    """The events that wait for this action: not voided, and nothing has closed them since."""
    for place, line in enumerate(lines):
        if line.type in action.open and not line.voided:
            closing = (later for later in lines[place + 1 :] if _closes(action, line, later))
            if next(closing, None) is None:
                yield line


def _closes(action: Action, line: Any, later: Any) -> bool:
    if later.voided:
        return False
    if later.type == REFUSED:
        return later.data["proposal"] in line.type.replace("-", "_")
    # 暂不具备条件 does not close what was proposed of the scope.
    matter = line.type.rpartition("-")[0]
    closes = later.type in action.closed and (len(action.open) == 1 or later.type.startswith(matter))
    return closes and (not action.by or later.data[action.by] == line.data[action.by])


def _is_of(slot: str, wanted: str) -> bool:
    return slot == wanted or slot.startswith(f"{wanted}.")


def _beside(action: Action, slots: dict[str, str]) -> str:
    wanted = dict.fromkeys([*action.known.values(), *([action.while_slot] if action.while_slot else [])])
    found = [text for slot, text in slots.items() if any(_is_of(slot, one) for one in wanted)]
    return found[0] if len(found) == 1 else ""


@cache
def _permissions() -> Permissions:
    return Permissions.load(*ROLES)
