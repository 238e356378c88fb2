"""What a command sees while it is decided: aggregates, claims, rows. Nothing of it lasts if it is refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from xianfeng.clock import Clock
from xianfeng.event import Event
from xianfeng.refusal import Kind, Refused
from xianfeng.store.aggregate import Aggregate
from xianfeng.store.batch import Batch, Parameters, Row, Statement
from xianfeng.store.claims import Key
from xianfeng.words import say

__all__ = ["Session", "refuse"]

A = TypeVar("A", bound=Aggregate)


def refuse(reason: str, kind: Kind, field: str = "", **values: object) -> Refused:
    """A refusal of the store itself, in the catalogue's words under `store.refused.<reason>`."""

    def text(part: str) -> str:
        return say(f"store.refused.{reason}.{part}", **values)

    return Refused(text("message"), kind=kind, reason=reason, field=field, rule=text("rule"), remedy=text("remedy"))


class Session:
    """One command's view. Events of all its aggregates are in `pending`, in the order in which they were decided."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        self.pending: list[Event] = []
        self.rows: list[Row] = []
        self.claims: dict[Key, str | None] = {}
        self._opened: dict[str, Aggregate] = {}

    @property
    def clock(self) -> Clock:
        return self._batch.clock

    def find(self, kind: type[A], subject: str) -> A | None:
        """The aggregate, or None when there is none of this kind."""
        aggregate = self._open(kind, subject)
        return aggregate if aggregate.version else None

    def get(self, kind: type[A], subject: str, *, field: str = "") -> A:
        """The aggregate. Raises Refused (unknown) that names the field."""
        found = self.find(kind, subject)
        if found is None:
            raise refuse("unknown-subject", "unknown", field, subject=subject)
        return found

    def new(self, kind: type[A], subject: str) -> A:
        """A subject's first aggregate. Raises Refused (taken) when it has events already."""
        aggregate = self._open(kind, subject)
        if aggregate.version:
            raise refuse("taken", "taken", held=subject)
        return aggregate

    def load(
        self, kind: type[Aggregate], subjects: Iterable[str], folded: Mapping[str, Aggregate] | None = None
    ) -> None:  # fmt: skip
        """Fetch many aggregates together before they are asked for one by one.

        `folded`: some that were folded from the log at another moment; they are the session's from now on.
        """
        self._batch.load(kind, subjects, folded or {})

    def events(self, subject: str) -> list[Event]:
        """Every event of a subject so far, this command's too."""
        return [*self._batch.history(subject), *(e for e in self.pending if e.originator_id == subject)]

    def expect(self, aggregate: Aggregate, version: int | None, *, field: str = "") -> None:
        """Raises Refused (version) unless the aggregate is at this version; None expects nothing."""
        if version is not None and aggregate.version != version:
            raise refuse(
                "wrong-version", "version", field, subject=aggregate.id, version=aggregate.version, expected=version
            )

    def find_claim(self, kind: str, key: str) -> str | None:
        """The subject that holds this key, or None."""
        if (kind, key) in self.claims:
            return self.claims[kind, key]
        return self._batch.claims.holder((kind, key))

    def claim(self, kind: str, key: str, subject: str, *, field: str = "") -> None:
        """Hold the key from this command on. Raises Refused (taken) when another subject does."""
        holder = self.find_claim(kind, key)
        if holder not in (None, subject):
            raise refuse("taken", "taken", field, held=key)
        self.claims[kind, key] = subject

    def release(self, kind: str, key: str) -> None:
        """Free the key; a free one stays free."""
        if self.find_claim(kind, key) is not None:
            self.claims[kind, key] = None

    def execute(self, query: Statement, parameters: Parameters = None) -> None:
        """Run a statement in the events' transaction, at its end."""
        self.rows.append((query, parameters))

    def query(self, query: Statement, parameters: Parameters = None) -> list[tuple[Any, ...]]:
        """Read rows now: what earlier commands wrote is seen, this command's own `execute` is not yet."""
        self._batch.flush_rows()
        return self._batch.cursor.execute(query, parameters).fetchall()

    def changed(self) -> set[str]:
        """The subjects for which this command has decided events."""
        return {event.originator_id for event in self.pending}

    def close(self) -> None:
        """The command is accepted: its new aggregates are worth remembering."""
        for subject in self.changed():
            self._batch.remember(self._opened[subject])

    def _open(self, kind: type[A], subject: str) -> A:
        opened = self._opened.get(subject)
        if isinstance(opened, kind):
            return opened
        aggregate = self._batch.aggregate(kind, subject)
        aggregate.pending = self.pending
        self._opened[subject] = aggregate
        return aggregate
