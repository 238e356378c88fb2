"""What separates the cells of a text file, told from its first lines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

__all__ = ["delimiter_of"]

DELIMITERS = (",", "\t", ";")
QUOTED = re.compile(r'"(?:[^"]|"")*"')


def delimiter_of(lines: Sequence[str]) -> str:
    """The sign that most lines have equally often, outside quotation marks; a comma if none has any.

    Not simply the most frequent one: a scope of business may be a list with semicolons.
    """
    bare = QUOTED.sub("", "\n".join(lines)).split("\n")
    return max(DELIMITERS, key=lambda sign: _regularity(Counter(line.count(sign) for line in bare)))


def _regularity(lines_by_count: Counter[int]) -> tuple[int, int]:
    """How many lines share the commonest number of signs, and that number."""
    return max(((lines, count) for count, lines in lines_by_count.items() if count), default=(0, 0))
