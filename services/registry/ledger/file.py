"""A ledger's file, read whole: its statements, the lines that are none, and how it was understood."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from services.registry.ledger.columns import Columns, find_columns
from services.registry.ledger.mapping import Mapping
from services.registry.ledger.own import find_own_header, own_statements
from services.registry.ledger.plan import fault
from services.registry.ledger.reading import Statement, statements
from xianfeng.tabular import Row

__all__ = ["LedgerFile", "read_ledger"]


@dataclass(frozen=True)
class LedgerFile:
    """`headings` and `read` (indexes) are for what is handed back; `columns` are those of a foreign ledger."""

    hash: str
    headings: tuple[str, ...]
    read: tuple[int, ...]
    statements: list[Statement] = field(default_factory=list)
    skipped: list[Row] = field(default_factory=list)
    columns: Columns | None = None


def read_ledger(path: Path, mapping: Mapping | None, sheet: str | None = None) -> LedgerFile:
    """Read an own workbook, or with a mapping a foreign one.

    Raises Unreadable for a file that is no table, Refused for one that is not such a ledger.
    """
    # The libraries for workbooks are loaded by whoever reads one, not by every service that tells of ledgers.
    from xianfeng.tabular import digest, open_table

    with open_table(path, sheet=sheet) as table:
        if mapping is None:
            header = find_own_header(table)
            if header is None:
                raise fault("foreign", field="file")
            read = tuple(range(header.width))
            return LedgerFile(digest(path), header.names, read, list(own_statements(table, header)))
        columns = find_columns(table, mapping)
        found = LedgerFile(_meaning(path, mapping), columns.names, tuple(columns.read), columns=columns)
        for line in statements(table, columns, mapping):
            (found.statements if isinstance(line, Statement) else found.skipped).append(line)  # type: ignore[arg-type]
        return found


def _meaning(path: Path, mapping: Mapping) -> str:
    """The same file under another mapping states something else."""
    from xianfeng.tabular import digest

    return sha256(f"{digest(path)} {mapping.model_dump_json()}".encode()).hexdigest()
