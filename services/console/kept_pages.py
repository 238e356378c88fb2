"""Whole pages, rendered once for all readers who are shown the same; the reader's own words are put in each time."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from hashlib import blake2b
from secrets import token_hex
from typing import Any

from markupsafe import escape

__all__ = ["KeptPages", "digest"]

_MOST = 256


def digest(*answers: Any) -> bytes:
    """What tells apart answers of services that say different things; where a projection stands says nothing."""
    seen = blake2b(digest_size=16)
    for answer in answers:
        answer.basis.ClearField("positions")
        seen.update(answer.SerializeToString(deterministic=True))
    return seen.digest()


class KeptPages:
    """The last pages by what they show. Bounded: the page that was longest not asked for goes first."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._pages: OrderedDict[Hashable, list[str]] = OrderedDict()
        # Drawn at the start, so that nobody can write a name that stands for another reader's words.
        self._mark = token_hex(8)
        self._marks = re.compile(f"({self._mark}[a-z]+)")

    def get(self, key: Hashable, own: Mapping[str, str], render: Callable[[Mapping[str, str]], str]) -> str:
        """The page with the reader's `own` words; `render` is given marks in their place when the page is not kept.

        `key` must name everything else that the page shows.
        """
        pieces = self._pages.get(key)
        if pieces is None:
            pieces = self._pages[key] = self._marks.split(render({name: self._mark + name for name in own}))
            if len(self._pages) > self._most:
                self._pages.popitem(last=False)
        self._pages.move_to_end(key)
        words = {self._mark + name: str(escape(word)) for name, word in own.items()}
        return "".join(words.get(piece, piece) for piece in pieces)
