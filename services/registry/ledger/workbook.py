"""The workbook that an office fills in: the ledger itself, and a sheet that says how."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from services.registry.ledger.own import columns
from xianfeng.words import say

__all__ = ["write_ledger"]

_HOW = ("empty", "clears", "grey", "counts", "own", "joint", "adviser", "persons", "secret", "again")


def write_ledger(
    path: Path, unit: str, day: str, rows: Iterable[Sequence[str]], *, demonstration: bool = False
) -> None:  # fmt: skip
    """Write the ledger of a unit as of a day. Raises Unwritable."""
    # The library is loaded by whoever writes a workbook.
    from xianfeng.tabular import Column, Sheet, write_workbook

    mark = (say("demo.mark"),) if demonstration else ()
    basis = say("ledger.workbook.basis", unit=unit, day=day)
    ledger = Sheet(say("ledger.workbook.ledger"), columns(), rows, notices=(*mark, basis))
    how = [[say(f"ledger.workbook.how.{part}")] for part in _HOW]
    explained = Sheet(say("ledger.workbook.explained"), [Column(say("ledger.workbook.how-title"), width=100)], how)
    write_workbook(path, [ledger, explained])
