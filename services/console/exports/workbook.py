"""A paper as a workbook: text cells, widths, frozen headings; a sheet for each of its tables."""

from __future__ import annotations

from pathlib import Path

from services.console.exports.paper import Paper
from xianfeng.words import say

__all__ = ["write_workbook"]


def write_workbook(path: Path, paper: Paper) -> None:
    """Write it whole or not at all. Raises Unwritable when there is no room for the file."""
    # The library is loaded by whoever exports, not by everyone who starts the console.
    from xianfeng import tabular

    above = [paper.title, *paper.cover, *paper.notices, *([say("demo.mark")] if paper.demonstration else [])]
    sheets = []
    for table in paper.tables:
        columns = [tabular.Column(column.name, column.width) for column in table.columns]
        sheets.append(tabular.Sheet(table.name, columns, table.rows, [*above, *table.lead, *table.notes]))
    tabular.write_workbook(path, sheets)
