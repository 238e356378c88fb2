"""Calls of service Ledgers: a unit's rows out, many rows in, some hundred a message."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from proto.xianfeng.registry.v1 import ledger_pb2 as pb
from proto.xianfeng.registry.v1.ledger_pb2_grpc import LedgersStub
from services.registry.ledger.own import cells_of
from services.registry.ledger.reading import Statement
from services.registry.ledger.sending import Meant, messages

__all__ = ["ExportedUnit", "apply", "check", "export"]

_PATIENCE = 600.0


@dataclass(frozen=True)
class ExportedUnit:
    """A unit's ledger: `path` of its names, the day, and the rows of the workbook."""

    path: str
    day: str
    demonstration: bool
    rows: list[list[str]]


def export(channel: Any, unit: str) -> ExportedUnit:
    """The rows of a unit as they stand."""
    answers = LedgersStub(channel).Export(pb.LedgerExportRequest(unit=unit), timeout=_PATIENCE)
    first = next(answers)
    rows = [cells_of(row.subject, row.version, row.values) for answer in answers for row in answer.rows]
    return ExportedUnit(first.unit_path, first.day, first.demonstration, rows)


def check(
    channel: Any, meant: Meant, rows: Sequence[Statement], told: Callable[[int], None]
) -> dict[int, pb.LedgerAnswer]:  # fmt: skip
    """What each row would come to, by its number. `told` hears how many more were answered."""
    return _send(LedgersStub(channel).Check, meant, rows, told)


def apply(
    channel: Any, meant: Meant, rows: Sequence[Statement], told: Callable[[int], None]
) -> dict[int, pb.LedgerAnswer]:  # fmt: skip
    """What each row came to, by its number."""
    return _send(LedgersStub(channel).Apply, meant, rows, told)


def _send(
    call: Any, meant: Meant, rows: Sequence[Statement], told: Callable[[int], None]
) -> dict[int, pb.LedgerAnswer]:  # fmt: skip
    found: dict[int, pb.LedgerAnswer] = {}
    for message in call(messages(meant, rows), timeout=_PATIENCE):
        found |= {answer.number: answer for answer in message.answers}
        told(len(message.answers))
    return found
