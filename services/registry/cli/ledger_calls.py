"""Calls of service Ledgers: a unit's rows out, many rows in, some hundred a message."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from proto.xianfeng.registry.v1 import ledger_pb2 as pb
from proto.xianfeng.registry.v1.ledger_pb2_grpc import LedgersStub
from services.registry.ledger.own import cells_of
from services.registry.ledger.reading import Statement

__all__ = ["ExportedUnit", "Meant", "apply", "check", "export"]

_AT_ONCE = 200
_PATIENCE = 600.0


@dataclass(frozen=True)
class ExportedUnit:
    """A unit's ledger: `path` of its names, the day, and the rows of the workbook."""

    path: str
    day: str
    demonstration: bool
    rows: list[list[str]]


@dataclass(frozen=True)
class Meant:
    """How a file is meant: its unit, the day from which it is true, its hash, and who confirmed the members."""

    unit: str
    effective: str
    file: str
    count_source: str


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
    for message in call(_messages(meant, rows), timeout=_PATIENCE):
        found |= {answer.number: answer for answer in message.answers}
        told(len(message.answers))
    return found


def _messages(meant: Meant, rows: Sequence[Statement]) -> Iterator[pb.LedgerRows]:
    begin = pb.LedgerBegin(
        unit=meant.unit, effective=meant.effective, file=meant.file, count_source=meant.count_source
    )  # fmt: skip
    yield pb.LedgerRows(begin=begin)
    left = iter(rows)
    while part := list(islice(left, _AT_ONCE)):
        yield pb.LedgerRows(rows=[_row(statement) for statement in part])


def _row(statement: Statement) -> pb.LedgerRow:
    return pb.LedgerRow(
        number=statement.number, subject=statement.subject, code=statement.code, name=statement.name,
        stated=statement.stated, said=statement.said, version=statement.version,
    )  # fmt: skip
