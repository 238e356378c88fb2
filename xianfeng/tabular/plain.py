"""Text as people meant it: full-width digits and letters made plain, what cannot be seen removed."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["header_name", "plain"]

# Chinese punctuation and brackets stay as they are: they belong to the official form of a name.
FULL_WIDTH = "".join(chr(c) for c in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B)))
FULL_WIDTH_SIGNS = "＃％＆＊＋－．／＠＿"
# Radicals and compatibility forms look like the character but compare unequal; PDF copies are full of them.
LOOK_ALIKES = (range(0x2E80, 0x2FE0), range(0xF900, 0xFB00))
INVISIBLE = (
    *range(0x09), *range(0x0E, 0x20), 0x7F, 0xAD, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F),
    *range(0x2060, 0x2065), 0xFEFF,
)  # fmt: skip

PLAIN: dict[int, str | None] = {ord(c): unicodedata.normalize("NFKC", c) for c in FULL_WIDTH + FULL_WIDTH_SIGNS}
PLAIN |= {c: unicodedata.normalize("NFKC", chr(c)) for codes in LOOK_ALIKES for c in codes}
PLAIN |= dict.fromkeys(INVISIBLE)

_NOT_PLAIN = re.compile("[" + "".join(map(re.escape, map(chr, PLAIN))) + "]")

HEADING = {ord("（"): "(", ord("）"): ")", ord("："): ":", ord("【"): "[", ord("】"): "]", ord("\\"): "/"}


def plain(text: str) -> str:
    """Full-width digits, letters and signs become ASCII; blanks collapse to one; the invisible goes.

    （）， and other Chinese punctuation stay. Idempotent.
    """
    # Most texts are plain: to find that out is five times cheaper than to make them so.
    if _NOT_PLAIN.search(text):
        text = text.translate(PLAIN)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return " ".join(text.split())


def header_name(text: str) -> str:
    """A heading for comparison: plain, without blanks, brackets half-width, no mark of duty or colon about it."""
    name = "".join(plain(text).split()).translate(HEADING).casefold()
    # What came together, or changed its case, may be written otherwise.
    return (name if name.isascii() else unicodedata.normalize("NFC", name)).strip("*:")
