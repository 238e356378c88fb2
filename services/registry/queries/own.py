"""What an enterprise's account is not told of its own record: 未建原因, and what offices have not decided (§9)."""

from __future__ import annotations

from collections.abc import Iterable

from proto.xianfeng.registry.v1 import queries_pb2 as pb

__all__ = ["of_own", "without_inner"]

_SLOTS = frozenset({"uncovered_reason", "not_ready", "out_of_scope", "difference", "confirmed"})
_TYPES = ("uncovered-reason-", "not-ready-", "scope-", "proposal-", "difference-", "confirmed", "fact-voided")


def of_own(lines: Iterable[pb.Line]) -> list[pb.Line]:
    """The lines of its history that are told, without who recorded them."""
    found = [line for line in lines if not line.type.partition(".")[2].startswith(_TYPES)]
    for line in found:
        line.ClearField("actor")
    return found


def without_inner(view: pb.View) -> None:
    """Take the facts out that it is not told."""
    kept = [fact for fact in view.facts if fact.slot.partition(".")[0] not in _SLOTS]
    del view.facts[:]
    view.facts.extend(kept)
