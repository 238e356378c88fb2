"""Folding a batch into a projection's memory; poison is decided here, record by record, and holds one subject."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
import psycopg

from xianfeng.bus.decoder import Decoder
from xianfeng.bus.intake import Entry
from xianfeng.bus.kept_aside import Held, Letter, letter_of
from xianfeng.bus.projection import Build, Projection, Record
from xianfeng.event import UnknownType
from xianfeng.words import say

__all__ = ["Folded", "Folder", "NotOurs", "why"]

Connection = psycopg.Connection[Any]


class NotOurs(Exception):
    """A record that looked like the store's and is not: its batch is sorted again without it."""

    def __init__(self, entry: Entry) -> None:
        super().__init__(f"partition {entry.record.partition} offset {entry.record.offset}")
        self.entry = entry


@dataclass
class Folded:
    """What a batch changed in memory, by partition, and what it keeps aside."""

    touched: dict[int, set[str]] = field(default_factory=dict)
    letters: list[Letter] = field(default_factory=list)
    held: dict[str, Held] = field(default_factory=dict)

    def add(self, touched: Mapping[int, set[str]]) -> None:
        for partition, subjects in touched.items():
            self.touched.setdefault(partition, set()).update(subjects)


class Folder:
    """Folds for one build. `genuine` asks the log's owner whether it has a poisonous record."""

    def __init__(self, projection: Projection, decoder: Decoder, genuine: Callable[[Entry], bool]) -> None:
        self._projection, self._decoder, self._genuine = projection, decoder, genuine

    def fold(self, connection: Connection, build: Build, entries: Sequence[Entry], held: Mapping[str, Held]) -> Folded:
        """Fold taken entries, in order. Raises NotOurs for the first that is not the store's."""
        result = Folded()
        known = self._decoder.concerned
        concerned = [e for e in entries if (e.head is not None and known.get(e.head.type)) or self._concerns(e)]
        self._projection.load(connection, build, {e.head.subject if e.head else e.subject for e in concerned})
        version_of, apply, record_of = self._projection.version_of, self._projection.apply, self._decoder.record
        good: dict[str, list[Record]] = {}
        for entry in concerned:
            head = entry.head
            subject = head.subject if head else entry.subject
            if subject in held or subject in result.held:
                continue
            done = good.get(subject)
            if done is None:
                done = good[subject] = []
            expected = version_of(subject) + 1
            if head is None or head.subjectversion != expected:
                self._unfit(entry, expected, result)
                continue
            try:
                record = record_of(head, entry.record.partition)
                apply(record)
            except Exception as error:
                self._keep_aside(entry, expected, "fault", why(error), result)
                self._again(connection, build, subject, done)
            else:
                done.append(record)
        for records in good.values():
            if records:
                result.touched.setdefault(records[0].partition, set()).add(records[0].subject)
        return result

    def _concerns(self, entry: Entry) -> bool:
        """A type that nobody knows of a family that is not ours passes, if it is the store's."""
        head = entry.head
        if head is None or self._decoder.concerns(head.type):
            return True
        if not self._decoder.knows(head.type) and not self._genuine(entry):
            raise NotOurs(entry)
        return False

    def _unfit(self, entry: Entry, expected: int, result: Folded) -> None:
        """What is no event, or not the next one of its subject; one that was folded before passes."""
        head = entry.head
        if head is None:
            self._keep_aside(entry, expected, "fault", entry.error, result)
        elif head.subjectversion > expected:
            detail = say("bus.missing-version", expected=expected, found=head.subjectversion)
            self._keep_aside(entry, expected, "gap", detail, result)

    def _keep_aside(self, entry: Entry, expected: int, reason: Any, detail: str, result: Folded) -> None:
        if not self._genuine(entry):
            raise NotOurs(entry)
        result.letters.append(letter_of(entry, reason, detail))
        result.held[entry.subject] = Held(entry.subject, entry.record.partition, expected, reason)

    def _again(self, connection: Connection, build: Build, subject: str, good: Iterable[Record]) -> None:
        """Bring a subject back to where it was before the record that failed."""
        self._projection.reload(connection, build, subject)
        for record in good:
            self._projection.apply(record)

    def mend(
        self, connection: Connection, build: Build, held: Held, events: Iterable[tuple[int, bytes]]
    ) -> tuple[int, Held | None, str]:
        """Fold what a held subject missed, from the store's (position, bytes).

        Returns how many were folded, what holds it now (None: nothing), and why.
        """
        self._projection.load(connection, build, [held.subject])
        good: list[Record] = []
        for _, raw in events:
            expected = self._projection.version_of(held.subject) + 1
            try:
                record = self._decoder.read(raw, held.partition)
                if record.version > expected:
                    detail = say("bus.missing-version", expected=expected, found=record.version)
                    return len(good), held._replace(version=expected, reason="gap"), detail
                if record.version == expected:
                    self._projection.apply(record)
                    good.append(record)
            except Exception as error:
                self._again(connection, build, held.subject, good)
                return len(good), held._replace(version=expected, reason="fault"), why(error)
        return len(good), None, ""


def why(error: Exception) -> str:
    """What went wrong, without the payload: the text of an exception of a fold may quote it."""
    if isinstance(error, (UnknownType, msgspec.MsgspecError)):
        return say("bus.not-reading", error=error)
    frames = traceback.extract_tb(error.__traceback__)
    where = f" ({frames[-1].name}, {frames[-1].lineno})" if frames else ""
    return say("bus.not-folding", error=f"{type(error).__name__}{where}")
