"""Headings that stand in several rows under each other, joined into one name a column."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from xianfeng.tabular.cells import Row
from xianfeng.tabular.marks import Span
from xianfeng.tabular.plain import header_name

__all__ = ["SEPARATOR", "join_headers"]

SEPARATOR = "/"


def join_headers(rows: Sequence[Row], merged: Sequence[Span] = ()) -> tuple[str, ...]:
    """One name a column, from the top row down, like `组建形式/单独建立`; empty where no row has a heading.

    Merged cells stand for all their places. Where a file has none of them (a text file never has), a heading is taken
    to reach to the right over empty cells as long as the headings above stay the same and there is one below.
    """
    width = max((row.length for row in rows), default=0)
    width = max([width, *(span.last_column + 1 for span in _touching(rows, merged))])
    grid = [[header_name(row.cell(column)) for column in range(width)] for row in rows]
    spans = _touching(rows, merged)
    if spans:
        _spread(grid, rows, spans)
    else:
        _reach_right(grid)
    return tuple(_name([line[column] for line in grid]) for column in range(width))


def _touching(rows: Sequence[Row], merged: Sequence[Span]) -> list[Span]:
    numbers = {row.number for row in rows}
    return [span for span in merged if span.first_row in numbers]


def _spread(grid: list[list[str]], rows: Sequence[Row], spans: Sequence[Span]) -> None:
    places = {row.number: index for index, row in enumerate(rows)}
    for span in spans:
        text = grid[places[span.first_row]][span.first_column]
        for number, index in places.items():
            for column in span.columns(number):
                grid[index][column] = text


def _reach_right(grid: list[list[str]]) -> None:
    for level, line in enumerate(grid[:-1]):
        for column in range(1, len(line)):
            beneath = any(below[column] for below in grid[level + 1 :])
            same_above = all(above[column] == above[column - 1] for above in grid[:level])
            if not line[column] and beneath and same_above:
                line[column] = line[column - 1]


def _name(parts: list[str]) -> str:
    """The parts from the top down; one that only repeats what stands above it, as a merged cell does, is left out."""
    return SEPARATOR.join(part for part, _ in groupby(filter(None, parts)))
