"""A paper as PDF: A4, title and headings on every page, page n/N, nothing cut, its Chinese characters embedded."""

from __future__ import annotations

from pathlib import Path

from fpdf import FPDF

from services.console.exports.fitting import Measure, lines_of, measure
from services.console.exports.fonts import BODY, HEAD, add_faces, missing, widths
from services.console.exports.grid import LEADING, POINT, SIDE, Grid
from services.console.exports.paper import Paper, Table
from xianfeng.words import say

__all__ = ["write_pdf"]

# Millimetres; sizes of letters in points.
TOP, BOTTOM = 11.0, 15.0
SIZE, NOTE, TITLE, COVER = 9.0, 8.0, 14.0, 24.0
SIGNED = ("seal", "head", "clerk", "sent")
SIGN_HEIGHT = 24.0
GREY, LINE = 242, 85
SCALES = (1.0, 0.93, 0.86, 0.79, 0.72)
"""A paper for one page is set smaller until it fits; smaller than the last nobody reads."""
NAMED = 8
"""So many missing characters are named on the paper."""


def write_pdf(path: Path, paper: Paper) -> int:
    """Write the document; return how many different characters no face has (they are boxes, and named on the paper)."""
    for scale in SCALES if paper.single else SCALES[:1]:
        drawing = Drawing(paper, scale)
        drawing.draw()
        if drawing.pdf.page_no() == 1:
            break
    drawing.pdf.output(str(path))
    return len(drawing.missing)


class Drawing:
    """The document and the place on its page that was reached: `y` in millimetres from the top."""

    def __init__(self, paper: Paper, scale: float) -> None:
        self.paper = paper
        self.scale = scale
        self.pdf = FPDF(orientation="portrait" if paper.upright else "landscape", unit="mm", format="A4")
        self.pdf.set_auto_page_break(False)
        self.pdf.set_title(paper.title)
        self.pdf.set_lang("zh-CN")
        self.pdf.set_creator(say("console.title"))
        self.pdf.set_draw_color(LINE)
        self.pdf.set_fill_color(GREY)
        self.pdf.set_line_width(0.15)
        add_faces(self.pdf)
        self.advances = {face: widths(self.pdf, face) for face in (BODY, HEAD)}
        self.missing = missing(self.pdf, paper.texts())
        self.room = self.pdf.w - 2 * SIDE
        self.bottom = self.pdf.h - BOTTOM
        self.y = TOP

    def draw(self) -> None:
        if self.paper.cover:
            self._cover()
        self.page()
        for table in self.paper.tables:
            Grid(self, table, named=len(self.paper.tables) > 1).draw()
            self._notes(table)
        if not self.paper.cover:
            self._signed()

    def width(self, face: str, size: float) -> Measure:
        return measure(self.advances[face], size * POINT)

    def lines(self, text: str, size: float, *, face: str = BODY, centred: bool = False) -> None:
        """Write a paragraph over the whole width."""
        size *= self.scale
        width = self.width(face, size)
        self.pdf.set_font(face, size=size)
        for line in lines_of(text, self.room, width):
            self.y += size * POINT * LEADING
            left = (self.room - width(line)) / 2 if centred else 0.0
            self.pdf.text(SIDE + left, self.y, line)

    def page(self) -> None:
        """Begin a page; go on below its title."""
        self._blank()
        self.lines(self.paper.title, TITLE, face=HEAD, centred=True)
        self.y += 1
        self.lines("　　".join(self._notices()), SIZE)
        self.y += 2.5

    def _blank(self) -> None:
        self.pdf.add_page()
        self.pdf.set_font(BODY, size=SIZE)
        self.pdf.set_xy(SIDE, self.pdf.h - BOTTOM + 4)
        self.pdf.cell(self.room, 5, f"{self.pdf.page_no()} / {{nb}}", align="C")
        self.y = TOP
        if self.paper.demonstration:
            mark = say("console.exports.demonstration")
            wide = self.width(HEAD, SIZE)(mark) + 3
            self.pdf.rect(self.pdf.w - SIDE - wide, TOP - 5, wide, 5)
            self.pdf.set_font(HEAD, size=SIZE)
            self.pdf.text(self.pdf.w - SIDE - wide + 1.5, TOP - 1.4, mark)

    def _notices(self) -> list[str]:
        if not self.missing:
            return list(self.paper.notices)
        points = "、".join(f"U+{ord(letter):04X}" for letter in self.missing[:NAMED])
        return [*self.paper.notices, say("console.exports.missing", count=len(self.missing), points=points)]

    def _cover(self) -> None:
        self._blank()
        self.y = self.pdf.h / 4
        self.lines(self.paper.title, COVER, face=HEAD, centred=True)
        self.y += 8
        for line in (*self.paper.cover, *self._notices()):
            self.lines(line, 12, centred=True)
            self.y += 1.5
        self.y = max(self.y + 8, self.pdf.h * 0.66)
        self._signatures(columns=2)

    def _notes(self, table: Table) -> None:
        for note in table.notes:
            if self.y + 2 * NOTE * POINT * LEADING > self.bottom:
                self.page()
            self.y += 0.6
            self.lines(note, NOTE)
        self.y += 3 * self.scale

    def _signed(self) -> None:
        if self.y + SIGN_HEIGHT > self.bottom:
            self.page()
        self.y += 4
        self._signatures(columns=2 if self.paper.upright else 4)

    def _signatures(self, columns: int) -> None:
        self.pdf.set_font(BODY, size=10)
        width, wide = self.width(BODY, 10), self.room / columns
        for place, name in enumerate(SIGNED):
            text, left = say(f"console.exports.{name}"), SIDE + place % columns * wide
            base = self.y + 7 + place // columns * 10
            self.pdf.text(left, base, text)
            self.pdf.line(left + width(text) + 1, base + 1, left + wide - 4, base + 1)
