"""Tables from files as offices and registries export them (CSV, XLSX, XLS), and workbooks for people.

Knows no domain: a table is rows of texts with what kind of cell each was. What cannot be read is refused whole with
its own reason (`Unreadable`); what is wrong with a single cell is told with its row.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from xianfeng.tabular.cells import CellFault, Kind, Row, cell_fault
from xianfeng.tabular.days import NotADay, day_of
from xianfeng.tabular.errors import Unreadable, Unwritable
from xianfeng.tabular.headers import Header, find_header
from xianfeng.tabular.joined import join_headers
from xianfeng.tabular.limits import MOST_ROWS
from xianfeng.tabular.marks import Span
from xianfeng.tabular.plain import header_name, plain
from xianfeng.tabular.reject import Reject

if TYPE_CHECKING:
    from xianfeng.tabular.rejects import RejectsWriter
    from xianfeng.tabular.sheets import Column, Sheet, write_workbook
    from xianfeng.tabular.table import Table, digest, open_table

__all__ = [
    "MOST_ROWS",
    "CellFault",
    "Column",
    "Header",
    "Kind",
    "NotADay",
    "Reject",
    "RejectsWriter",
    "Row",
    "Sheet",
    "Span",
    "Table",
    "Unreadable",
    "Unwritable",
    "cell_fault",
    "day_of",
    "digest",
    "find_header",
    "header_name",
    "join_headers",
    "open_table",
    "plain",
    "write_workbook",
]

# Loaded when they are asked for: a service that only reads texts needs no library for workbooks.
_FROM_FILES = {
    "rejects": ("RejectsWriter",),
    "sheets": ("Column", "Sheet", "write_workbook"),
    "table": ("Table", "digest", "open_table"),
}


def __getattr__(name: str) -> Any:
    for module, names in _FROM_FILES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
