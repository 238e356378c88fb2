"""Pictures for the documents: a page of the browser or a sheet of paper, made small."""

from __future__ import annotations

import os
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from PIL import Image
from pypdfium2 import PdfDocument

__all__ = ["DIRECTORY", "MOST_BYTES", "WRITES", "first_sheet", "keep"]

DIRECTORY = Path(__file__).parents[3] / "docs" / "pictures"
SUFFIX = ".webp"
MOST_BYTES = 60_000
# `XIANFENG_TOUR=write` renews what the tour leaves in docs/.
WRITES = os.environ.get("XIANFENG_TOUR") == "write"
_SHEET_SCALE = 1.4
_TALLEST = 2000
_COLOURS = (24, 16, 8)


def keep(name: str, take: Callable[[], bytes]) -> None:
    """Take the document's picture anew, or check that there is one; it must be small. Raises AssertionError."""
    path = DIRECTORY / f"{name}{SUFFIX}"
    if WRITES:
        DIRECTORY.mkdir(exist_ok=True)
        path.write_bytes(_small(Image.open(BytesIO(take())).convert("RGB")))
    assert path.exists(), f"no picture {path.name}: run the tour with XIANFENG_TOUR=write"
    assert path.stat().st_size <= MOST_BYTES, f"{path.name} is larger than {MOST_BYTES} bytes"


def first_sheet(pdf: bytes) -> bytes:
    """The first page of a document as PNG."""
    kept = BytesIO()
    PdfDocument(pdf)[0].render(scale=_SHEET_SCALE).to_pil().save(kept, "PNG")
    return kept.getvalue()


def _small(image: Image.Image) -> bytes:
    """A long page is told by its beginning; of as many colours as are small enough, rare ones too, without blur."""
    image = image.crop((0, 0, image.width, min(image.height, _TALLEST)))
    kept = BytesIO()
    for colours in _COLOURS:
        kept = BytesIO()
        few = image.quantize(colours, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        few.convert("RGB").save(kept, "WEBP", lossless=True, quality=60)
        if kept.tell() <= MOST_BYTES:
            break
    return kept.getvalue()
