"""Statements as messages of service Ledgers, some hundred a message."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from proto.xianfeng.registry.v1 import ledger_pb2 as pb
from services.registry.ledger.reading import Statement

__all__ = ["Meant", "messages"]

_AT_ONCE = 200


@dataclass(frozen=True)
class Meant:
    """How a file is meant: its unit, the day from which it is true, its hash, and who confirmed the members."""

    unit: str
    effective: str
    file: str
    count_source: str


def messages(meant: Meant, rows: Sequence[Statement]) -> Iterator[pb.LedgerRows]:
    """The beginning, then the rows."""
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
