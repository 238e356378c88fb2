"""Documents looked at as a printer sees them: pages, their texts, and where each stands."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pypdfium2 import PdfDocument

__all__ = ["Sheet", "sheets_of"]

EDGE = 14.0
"""Points of a page's edge that printers leave blank."""


@dataclass(frozen=True)
class Sheet:
    """One page: its size in points, its text without blanks, and the boxes of its texts (left, bottom, right, top)."""

    size: tuple[float, float]
    text: str
    boxes: list[tuple[float, float, float, float]]

    @property
    def whole(self) -> bool:
        """Whether all texts stand within what a printer prints."""
        wide, high = self.size
        return all(
            left >= EDGE and bottom >= EDGE and right <= wide - EDGE and top <= high - EDGE
            for left, bottom, right, top in self.boxes
        )


def sheets_of(pdf: bytes | Path) -> list[Sheet]:
    """The pages of a document, each of them also rendered: a page that cannot be drawn is none."""
    document = PdfDocument(pdf)
    found = []
    for page in document:
        assert page.render(scale=0.5).to_pil().getextrema() != ((255, 255),) * 3
        text = page.get_textpage()
        boxes = [text.get_rect(index) for index in range(text.count_rects())]
        found.append(Sheet(page.get_size(), "".join(text.get_text_bounded().split()), boxes))
    document.close()
    return found
