"""How much of a file is taken. Everything here is checked before a single row is used."""

from __future__ import annotations

__all__ = [
    "LARGEST_FIELD",
    "LARGEST_FILE",
    "LARGEST_INFLATED",
    "LARGEST_WORKBOOK",
    "LONGEST_LINE",
    "MOST_CELLS",
    "MOST_ROWS",
]

MOST_ROWS = 1_000_000
"""Rows of one file, headings included: ten times a province's registry of the trade."""

MOST_CELLS = 20_000_000
"""Cells in the rectangle that a sheet's values span: a workbook's sheet is held in memory, some 50 bytes a cell."""

LARGEST_FILE = 2 * 1024**3
"""Bytes of a text file; it is streamed, so this only bounds the time."""

LARGEST_WORKBOOK = 256 * 1024**2
"""Bytes of a workbook as it lies on disk."""

LARGEST_INFLATED = 1024**3
"""Bytes of a workbook's parts as its directory declares them, added up."""

LARGEST_FIELD = 16 * 1024**2
"""Characters after which a cell in quotation marks is taken for one whose closing mark is missing."""

LONGEST_LINE = 64 * 1024**2
"""Bytes without a line break after which a file is no table."""
