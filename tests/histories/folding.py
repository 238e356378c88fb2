"""What a recorded history folds to: the whole state of its aggregate, as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from services.coverage.events import CATALOGUE as COVERAGE
from services.registry.directory import LISTED
from services.registry.domain.account import Account
from services.registry.domain.adviser import Holder
from services.registry.domain.base import DatedAggregate
from services.registry.domain.report import Report
from services.registry.domain.unit import Unit
from services.registry.events import CATALOGUE as REGISTRY
from xianfeng.event import Catalogue, Data, Event, decode_head

__all__ = ["CATALOGUES", "RECORDED", "load", "state_of"]

RECORDED = Path(__file__).parent / "recorded"
CATALOGUES = (REGISTRY, COVERAGE)
_KINDS = {**LISTED, Holder.KIND: Holder, Unit.KIND: Unit, Account.KIND: Account, Report.KIND: Report}
_NO_STATE = frozenset({"pending", "clock", "source"})


def load(path: Path) -> list[Event]:
    """The events of a recording, a line each."""
    return [_catalogue_of(line).load(line) for line in path.read_bytes().splitlines()]


def _catalogue_of(line: bytes) -> Catalogue:
    return COVERAGE if decode_head(line).type.startswith("coverage.") else REGISTRY


def state_of(events: Sequence[Event]) -> Any:
    """All that one subject's events fold to; of an announcement, which is no history, all that it said."""
    kind = _KINDS.get(events[0].type.partition(".")[0])
    if kind is None:
        return [_plain(event.data) for event in events]
    return _attributes(kind(events[0].originator_id).replay(events))


def _attributes(aggregate: DatedAggregate) -> Any:
    state = {name: _ordered(value) for name, value in vars(aggregate).items() if name not in _NO_STATE}
    state["slots"] = {name: slot.entries for name, slot in aggregate.slots.items()}
    return msgspec.json.decode(msgspec.json.encode(state, enc_hook=_plain))


def _ordered(value: Any) -> Any:
    return sorted(value) if isinstance(value, set) else value


def _plain(value: Any) -> Any:
    if isinstance(value, Data):
        return value.model_dump(mode="json", exclude_none=True)
    raise TypeError(f"a state holds a {type(value).__name__}: say here how it is written down")
