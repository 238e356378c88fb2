"""The two faces of a PDF: Song for what is filled in, Hei for headings; and which characters they lack."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping

import pylopdf_fonts_zh_cn as noto
from fpdf import FPDF
from fpdf.fonts import TTFFont

__all__ = ["BODY", "HEAD", "add_faces", "missing", "widths"]

BODY, HEAD = "body", "head"
# The library tells the characters themselves, which are out of names; papers tell them instead, and logs their count.
logging.getLogger("fpdf.output").setLevel(logging.ERROR)


def add_faces(pdf: FPDF) -> None:
    """Give the document both faces; what it uses of them is embedded when it is written."""
    pdf.add_font(BODY, "", str(noto.serif_path()))
    pdf.add_font(HEAD, "", str(noto.sans_path()))


def widths(pdf: FPDF, name: str) -> Mapping[int, float]:
    """Advance of each character by its code point, in thousandths of the size."""
    return _face(pdf, name).cw


def missing(pdf: FPDF, texts: Iterable[str]) -> list[str]:
    """Characters that the face for filling in has no shape for: they are drawn as a box."""
    known = _face(pdf, BODY).cmap
    return sorted({letter for text in texts for letter in text if ord(letter) not in known and letter not in "\r\n\t"})


def _face(pdf: FPDF, name: str) -> TTFFont:
    face = pdf.fonts[name]
    assert isinstance(face, TTFFont)
    return face
