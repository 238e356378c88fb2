"""One table drawn on as many pages as it needs: its headings on each of them, no row cut, no text beyond its column."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Protocol

from fpdf import FPDF

from services.console.exports.fitting import Measure, lines_of, shares
from services.console.exports.fonts import BODY, HEAD
from services.console.exports.heading import headings
from services.console.exports.paper import Table
from xianfeng.words import say

__all__ = ["LEADING", "POINT", "SIDE", "Canvas", "Grid"]

# Millimetres; a point is a letter's unit of size, LEADING the distance of lines in sizes.
SIDE, PAD, EDGE, LEADING, POINT = 12.0, 1.1, 0.8, 1.36, 0.3528
SIZE, DENSE, NAME = 9.0, 7.0, 10.5
MANY_COLUMNS = 12
UNBROKEN, SPARE = ("code", "day", "number"), 0.1
FEW = 3
"""A row is divided so that at least so many of its lines stand together."""
FREE = 0.6
"""Of a page, what is free below its title and headings at the least."""


class Canvas(Protocol):
    """Where it is drawn: `y` is how far down the page is filled, `bottom` how far it may be; `scale` of all letters."""

    pdf: FPDF
    y: float
    bottom: float
    room: float
    scale: float

    def page(self) -> None: ...
    def width(self, face: str, size: float) -> Measure: ...
    def lines(self, text: str, size: float, *, face: str = ..., centred: bool = ...) -> None: ...


class Grid:
    """`named`: the table's name stands above it, also where it goes on."""

    def __init__(self, on: Canvas, table: Table, *, named: bool) -> None:
        self._on = on
        self._pdf = on.pdf
        self._table = table
        self._named = named
        self._size = on.scale * (DENSE if len(table.columns) > MANY_COLUMNS else SIZE)
        self._leading = self._size * POINT * LEADING
        self._measures = {face: on.width(face, self._size) for face in (BODY, HEAD)}
        self._wide = shares([column.width for column in table.columns], self._least(), on.room)
        self._left = [SIDE + sum(self._wide[:place]) for place in range(len(self._wide))]
        self._heads = headings(table.columns, self._left, self._wide, partial(self._fitted, HEAD), self._height)
        self._top = on.y

    def draw(self) -> None:
        # Its name, headings and two rows stay together.
        if self._on.y + self._heads.height + 4 * self._leading + NAME > self._on.bottom:
            self._on.page()
        self._begin(lead=self._table.lead)
        for row in self._table.rows:
            self._row([self._fitted(BODY, text, self._wide[place]) for place, text in enumerate(row)])
        self._close()
        if not self._table.rows:
            self._empty()

    def _least(self) -> list[float]:
        """Codes, days and numbers are never broken."""
        found = [2 * PAD + self._size * POINT] * len(self._table.columns)
        for place, column in enumerate(self._table.columns):
            if column.kind in UNBROKEN:
                widest = max((self._measures[BODY](row[place]) for row in self._table.rows), default=0.0)
                found[place] = max(found[place], widest + 2 * PAD + SPARE)
        return found

    def _begin(self, lead: Sequence[str] = ()) -> None:
        if self._named:
            self._on.lines(self._table.name, NAME, face=HEAD)
            self._on.y += 2 * EDGE
        for line in lead:
            self._on.lines(line, DENSE + 1)
            self._on.y += EDGE
        self._top = self._on.y
        if self._table.headed:
            self._draw_headings()
        self._pdf.set_font(BODY, size=self._size)
        self._rule(self._on.y)

    def _draw_headings(self) -> None:
        self._pdf.rect(SIDE, self._top, self._on.room, self._heads.height, style="F")
        self._rule(self._top)
        self._pdf.set_font(HEAD, size=self._size)
        for lines, left, down in self._heads.texts:
            self._write(lines, left, self._top + down)
        for start, end in self._heads.strokes:
            self._pdf.line(start, self._top + self._heads.upper, end, self._top + self._heads.upper)
        self._on.y = self._top + self._heads.height

    def _row(self, cells: list[list[str]]) -> None:
        """A row that does not fit goes to the next page; one that is higher than a page is divided."""
        while cells:
            lines = max(len(cell) for cell in cells)
            free = self._on.bottom - self._on.y
            fits_alone = self._height(lines) < self._on.bottom * FREE
            if self._height(lines) > free and (fits_alone or free < self._height(FEW)):
                self._close()
                self._on.page()
                self._begin()
            fits = int((self._on.bottom - self._on.y - 2 * EDGE) / self._leading)
            self._cells([cell[:fits] for cell in cells], self._height(min(lines, fits)))
            cells = [cell[fits:] for cell in cells] if lines > fits else []

    def _cells(self, cells: list[list[str]], height: float) -> None:
        for place, (column, cell) in enumerate(zip(self._table.columns, cells, strict=True)):
            left = self._left[place]
            if column.kind == "label" and any(cell):
                self._pdf.rect(left, self._on.y, self._wide[place], height, style="DF")
            if column.kind == "number" and cell:
                left += self._wide[place] - 2 * PAD - self._measures[BODY](cell[0])
            self._write(cell, left, self._on.y)
        self._on.y += height
        self._rule(self._on.y)

    def _empty(self) -> None:
        """One row through all columns."""
        height = self._height(1)
        self._write([say("console.exports.empty")], SIDE, self._on.y)
        self._pdf.rect(SIDE, self._on.y, self._on.room, height)
        self._on.y += height

    def _close(self) -> None:
        """The upright lines of what stands on this page; none through a group's heading."""
        fences = self._heads.fences if self._table.headed else [0.0] * len(self._left)
        for left, down in zip(self._left, fences, strict=True):
            self._pdf.line(left, self._top + down, left, self._on.y)
        self._pdf.line(SIDE + self._on.room, self._top, SIDE + self._on.room, self._on.y)

    def _rule(self, y: float) -> None:
        self._pdf.line(SIDE, y, SIDE + self._on.room, y)

    def _fitted(self, face: str, text: str, wide: float) -> list[str]:
        return lines_of(text, wide - 2 * PAD, self._measures[face])

    def _height(self, lines: int) -> float:
        return lines * self._leading + 2 * EDGE * self._on.scale

    def _write(self, lines: Sequence[str], left: float, top: float) -> None:
        base = top + EDGE + self._size * POINT * 1.05
        for number, line in enumerate(lines):
            if line:
                self._pdf.text(left + PAD, base + number * self._leading, line)
