"""Words that people type: short, and free of what identifies a person (domain §9).

Bytes under a hash cannot forget, so free text is refused when it holds a telephone or an identity number.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

__all__ = ["FreeText", "holds_personal_number"]

# Each of them is a run of at least eleven such characters: most texts have none, and are done with.
_RUN = re.compile(r"[\d -]{11}")
_MOBILE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)0\d{2,3}[- ]\d{7,8}(?!\d)")
_IDENTITY = re.compile(
    r"(?<![0-9A-Za-z])[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[0-9Xx](?![0-9A-Za-z])"
)


def holds_personal_number(text: str) -> bool:
    """Whether a telephone or resident identity number (GB 11643) stands in the text, full-width digits too."""
    plain = unicodedata.normalize("NFKC", text)
    if _RUN.search(plain) is None:
        return False
    return any(pattern.search(plain) for pattern in (_MOBILE, _LANDLINE, _IDENTITY))


def _refuse_personal(text: str) -> str:
    if holds_personal_number(text):
        raise ValueError("free text must not hold a telephone or identity number")
    if not text.isprintable() and any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t" for c in text):
        raise ValueError("free text must not hold control characters")
    return text


FreeText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), AfterValidator(_refuse_personal)]
