"""What separates the cells of a text file, told from its first lines."""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["delimiter_of"]

DELIMITERS = (",", "\t", ";")
QUOTED = re.compile(r'"(?:[^"]|"")*"')


def delimiter_of(lines: Sequence[str]) -> str:
    """The sign that the fullest of these lines has most of, outside quotation marks; a comma if none has any."""
    bare = QUOTED.sub("", "\n".join(lines)).split("\n")
    return max(DELIMITERS, key=lambda sign: max((line.count(sign) for line in bare), default=0))
