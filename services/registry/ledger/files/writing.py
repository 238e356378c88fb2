"""Workbooks for those who hand ledgers in: the filled-in ledger of a unit, and what of a file was not taken."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from proto.xianfeng.registry.v1 import ledger_pb2 as pb
from services.registry.ledger.own import cells_of
from services.registry.ledger.review import Review
from services.registry.ledger.workbook import write_ledger

__all__ = ["write_rejects", "write_unit"]


def write_unit(path: Path, told: Sequence[pb.LedgerExportRows]) -> None:
    """The ledger of a unit, from the answers of service Ledgers. Raises Unwritable."""
    first = told[0]
    rows = [cells_of(row.subject, row.version, row.values) for answer in told for row in answer.rows]
    write_ledger(path, first.unit_path, first.day, rows, demonstration=first.demonstration)


def write_rejects(path: Path, review: Review) -> None:
    """Only the columns that were read: in the others may stand anything, persons too. Raises Unwritable."""
    # The library is loaded by whoever writes a workbook.
    from xianfeng.tabular import RejectsWriter

    file = review.file
    unread = set(range(len(file.headings))) - set(file.read)
    with RejectsWriter(path, file.headings, without=unread) as writer:
        for statement in review.rejected:
            writer.add(statement.row, statement.rejects)
