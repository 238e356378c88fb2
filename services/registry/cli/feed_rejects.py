"""What a person has to do after an import, as a workbook: rows to be corrected, status words to be given a meaning."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from proto.xianfeng.registry.v1 import imports_pb2 as pb
from services.registry.cli.feed_words import words_sheet
from services.registry.feed.faults import Fault
from services.registry.feed.reading import Export
from services.registry.feed.rows import KEPT, RegistryRow
from xianfeng.tabular import Reject, RejectsWriter
from xianfeng.words import catalogue

__all__ = ["write_rejects"]


def write_rejects(
    export: Export, faults: Mapping[int, Iterable[pb.ImportFault]], words: Mapping[str, Sequence[int]], path: Path
) -> None:
    """Read the file once more and write its rejected rows; columns of persons stay empty.

    `words`: status words that nobody has resolved, with their rows. They get a sheet of their own, for these rows
    were taken; in a CSV file there is no room for it.
    """
    with RejectsWriter(path, export.header.names, without=export.of_persons) as writer:
        for row, read in export.rows():
            if not isinstance(read, RegistryRow):
                writer.add(row, [_own(export, fault) for fault in read])
            elif row.number in faults:
                writer.add(row, list(_told(export, faults[row.number])))
        if words:
            writer.beside(words_sheet(_heading(export, "status"), words))


def _own(export: Export, fault: Fault) -> Reject:
    return Reject(_heading(export, fault.field), fault.value, fault.message, fault.remedy)


def _told(export: Export, faults: Iterable[pb.ImportFault]) -> Iterable[Reject]:
    return (Reject(_heading(export, f.field), f.value, f.message, f.remedy) for f in faults)


def _heading(export: Export, column: str) -> str:
    """As the file calls it, else as we do."""
    own = export.heading(column)
    return catalogue().get(f"registry.slot.{column}", column) if own == column and column in KEPT else own
