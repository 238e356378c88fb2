"""Words that people type: short, free of what identifies a person (domain §9) and of what misleads the eye.

Bytes under a hash cannot forget, so free text is refused when it holds a telephone or an identity number. Marks that
turn the direction of writing make a name look like another one on screen and on paper.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from xianfeng.words import say

__all__ = ["FreeText", "SomeText", "holds_personal_number"]

# Each of them is a run of at least eleven such characters: most texts have none, and are done with.
_RUN = re.compile(r"[\d -]{11}")
_MOBILE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)0\d{2,3}[- ]\d{7,8}(?!\d)")
_IDENTITY = re.compile(
    r"(?<![0-9A-Za-z])[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[0-9Xx](?![0-9A-Za-z])"
)

_DIRECTIONS = frozenset(map(chr, (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))))


def holds_personal_number(text: str) -> bool:
    """Whether a telephone or resident identity number (GB 11643) stands in the text, full-width digits too."""
    plain = unicodedata.normalize("NFKC", text)
    if _RUN.search(plain) is None:
        return False
    return any(pattern.search(plain) for pattern in (_MOBILE, _LANDLINE, _IDENTITY))


def _refuse(text: str) -> str:
    if holds_personal_number(text):
        raise ValueError(say("privacy.personal"))
    if not text.isprintable():
        if any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t" for c in text):
            raise ValueError(say("privacy.control"))
        if not _DIRECTIONS.isdisjoint(text):
            raise ValueError(say("privacy.direction"))
    return text


FreeText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), AfterValidator(_refuse)]
SomeText = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(_refuse)
]
"""A free text that says something."""
