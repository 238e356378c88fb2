"""What is folded of one subject, as it is kept and stored: numbers side by side, and the texts among them.

What it holds grows as it is folded and never changes. Numbers are little-endian, of four bytes, so that those of a
thousand subjects are read as columns without a look at each:

* of each event its day, its version, and how many entries it made;
* of each entry its slot, value, last day and ident, as an `Entry` has them, but a text is the place of its first byte
  in `texts`, and no ident is -1;
* `texts` are the empty one and then the others in UTF-8, each once, ended by a zero byte.

Stored is what each batch added: a part. Parts back to back are what there is of the subject.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from struct import Struct, pack

import msgspec

from services.coverage.domain.slots import TEXTUAL, Entry

__all__ = ["EMPTY", "ENTRY_NUMBERS", "EVENT_NUMBERS", "NO_IDENT", "Folded", "Texts"]

EVENT_NUMBERS, ENTRY_NUMBERS = 3, 4
EMPTY, NO_IDENT = 0, -1
"""The place of the empty text, and what stands for no ident."""

_EVENT, _ENTRY = Struct("<3i"), Struct("<4i")
_PART = Struct("<B3I")
"""The form of a part, and how many bytes of events, entries and texts follow."""
_FORM = 2
_FORM_BEFORE = b"\x96"
"""Version 1 of the projection kept arrays of msgpack, which begin so. Its tables are read until the next one serves."""
_END = b"\0"
_MANY = b"\xdd"  # msgpack: an array with a length of four bytes
_entries_before = msgspec.msgpack.Decoder(list[Entry])


class Texts:
    """Texts by their place."""

    __slots__ = ("_body",)

    def __init__(self, body: bytes | bytearray) -> None:
        self._body = body

    def __getitem__(self, place: int) -> str:
        return self._body[place : self._body.index(_END, place)].decode()


class Folded:
    """The entries of one subject. `events`, `entries` and `texts` are read by `columns`, and changed here alone."""

    __slots__ = ("_saved", "entries", "events", "texts", "version")

    def __init__(self) -> None:
        self.version = 0
        self.events, self.entries, self.texts = bytearray(), bytearray(), bytearray(_END)
        self._saved = self._sizes()

    @classmethod
    def load(cls, version: int, entries: int, facts: bytes) -> Folded:
        """What was stored: the parts of a subject back to back, and how many entries they have."""
        folded = cls()
        if facts[:1] == _FORM_BEFORE:
            folded.take(_entries_before.decode(_MANY + entries.to_bytes(4, "big") + facts))
        else:
            folded._join(facts)
        folded.version, folded._saved = version, folded._sizes()
        return folded

    def take(self, entries: Iterable[Entry]) -> None:
        """Add entries as they are read, each as if an event had said nothing else."""
        for day, version, slot, value, until, ident in entries:
            number = self.place(str(value)) if slot in TEXTUAL else int(value)
            named = NO_IDENT if ident is None else self.place(ident)
            self.add(version, (day, version, 1), (slot, number, until, named))

    def place(self, text: str) -> int:
        """Where the text is among the texts, put there when it is new. Raises ValueError for one with a zero byte."""
        if not text:
            return EMPTY
        named = b"\0%b\0" % text.encode()
        found = self.texts.find(named)
        if found < 0:
            if _END in named[1:-1]:
                raise ValueError("a text with a zero byte cannot be kept")
            found = len(self.texts) - 1
            self.texts += named[1:]
        return found + 1

    def add(self, version: int, events: Sequence[int], entries: Sequence[int]) -> None:
        """Add what the events up to this version say, as numbers. Raises struct.error for one beyond four bytes."""
        self.events += pack(f"<{len(events)}i", *events)
        self.entries += pack(f"<{len(entries)}i", *entries)
        self.version = version

    def unsaved(self) -> tuple[int, bytes]:
        """How many entries came since this was asked last, and their part; what is given counts as saved."""
        events, entries, texts = self._saved
        self._saved = self._sizes()
        new = self.events[events:], self.entries[entries:], self.texts[texts:]
        return len(new[1]) // _ENTRY.size, b"".join((_PART.pack(_FORM, *map(len, new)), *new))

    def read(self) -> list[Entry]:
        """The entries in the order of their folding."""
        texts, entries = Texts(self.texts), _ENTRY.iter_unpack(self.entries)
        return [
            (day, version, slot, texts[value] if slot in TEXTUAL else value, until, None if ident < 0 else texts[ident])
            for day, version, count in _EVENT.iter_unpack(self.events)
            for slot, value, until, ident in islice(entries, count)
        ]

    def _sizes(self) -> tuple[int, int, int]:
        return len(self.events), len(self.entries), len(self.texts)

    def _join(self, facts: bytes) -> None:
        """Take parts as they were stored."""
        at = 0
        while at < len(facts):
            form, *sizes = _PART.unpack_from(facts, at)
            if form != _FORM:
                raise ValueError(f"facts of form {form} at byte {at}: this version of the program reads {_FORM}")
            at += _PART.size
            for body, size in zip((self.events, self.entries, self.texts), sizes, strict=True):
                body.extend(facts[at : at + size])
                at += size
