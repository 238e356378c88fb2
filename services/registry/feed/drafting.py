"""What a chunk of rows comes to: every row decided in memory, then all of it written in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from psycopg import Connection, Cursor
from pydantic import ValidationError

from services.registry.domain.enterprise import Enterprise
from services.registry.events import CATALOGUE, SOURCE
from services.registry.events.enterprise import EnterpriseRegistered
from services.registry.feed.comparing import Comparison, stated_of
from services.registry.feed.differences import Noted, note
from services.registry.feed.faults import Fault
from services.registry.feed.known import Known, Said, Standing, bury, stated_by_any, touch, write, write_first
from services.registry.feed.outcome import Feed, Outcome, Taken
from services.registry.feed.placing import Place, Placer
from services.registry.feed.rows import Gone, RegistryRow
from xianfeng.clock import Clock
from xianfeng.event import Act, Event, Moment, acting, subject_id
from xianfeng.store import bulk

__all__ = ["Draft"]

_CLAIM = (
    "insert into claim (kind, key, subject)"
    " select 'code', * from unnest(string_to_array(%s, ' '), string_to_array(%s, ' '))"
)
_BORNE = (
    "select originator_id from registry_events"
    " where originator_version = 1 and originator_id = any(string_to_array(%s, ' '))"
)


class Draft:
    """What a chunk comes to: decided, not yet written."""

    def __init__(self, feed: Feed, placer: Placer, clock: Clock) -> None:
        self.taken = Taken()
        self.stand: Mapping[str, Standing] = {}
        self.words: Mapping[str, str] = {}
        self._feed = feed
        self._placer = placer
        self._clock = clock
        self._moment = Moment.of(clock)
        self._act = Act(feed.actor, feed.correlation, feed.causation, feed.as_of)
        self._enterprises: dict[str, Enterprise] = {}
        self._said_before: dict[str, list[Mapping[str, str]]] = {}
        self._fresh: dict[str, str] = {}
        self._borne: set[str] = set()
        self.events: list[Event] = []
        self._first: list[Said] = []
        self._again: list[Said] = []
        self._touched: list[str] = []
        self._noted: list[Noted] = []
        self._gone: list[tuple[Gone, int]] = []

    def place(self, row: RegistryRow) -> Place | None:
        """Where the row is to stand; None, and a fault, when that is not this account's business."""
        place = self._placer.place(row)
        if not place.outside:
            return place
        self._fault(row, Fault(row.number, "address", row.address, "outside", place.outside))
        return None

    def news(self, row: RegistryRow) -> bool:
        """Does the row say more than is known, or did somebody write to the enterprise since?"""
        stand = self.stand[row.code]
        known = stand.known
        if known is None:
            return True
        return known.as_of <= self._feed.as_of and (known.digest, known.version) != (row.digest, stand.version)

    def open(self, connection: Connection[Any], rows: Iterable[RegistryRow], gone: Iterable[Gone]) -> None:
        """Fold the enterprises that must be compared, and note which ids of new ones were borne before."""
        codes = [row.code for row in rows] + [item.code for item in gone]
        subjects = [subject for code in codes if (subject := self.stand[code].subject)]
        self._fresh = {c: subject_id(Enterprise.PREFIX, c) for c in codes if self.stand[c].subject is None}
        if subjects:
            self._fold(connection, subjects)
            self._said_before = stated_by_any(connection, codes)
        if self._fresh:
            borne = connection.execute(_BORNE, (" ".join(self._fresh.values()),), prepare=True)
            self._borne = {subject for (subject,) in borne}

    def _fold(self, connection: Connection[Any], subjects: list[str]) -> None:
        query = (
            "select originator_id, state from registry_events where originator_id = any(%s)"
            " order by originator_id, originator_version"
        )
        with connection.cursor(binary=True) as cursor:
            for subject, raw in cursor.execute(query, (subjects,), prepare=True):
                enterprise = self._enterprises.get(subject)
                if enterprise is None:
                    enterprise = self._enterprises[subject] = Enterprise(subject)
                    enterprise.clock, enterprise.source = self._clock, SOURCE
                enterprise.apply(CATALOGUE.load(bytes(raw)))

    def rows(self, rows: Iterable[tuple[RegistryRow, Place]]) -> None:
        """Decide the rows, in one act and at one moment."""
        with acting(self._act):
            for row, place in rows:
                self._row(row, place)

    def _row(self, row: RegistryRow, place: Place) -> None:
        said = row._replace(status=self.words[row.word], word="") if row.word in self.words else row
        stand = self.stand[row.code]
        try:
            if stand.subject is None:
                self._register(row, said, place.unit)
            elif self.news(row):
                self._compare(row, said, place.unit, stand)
            else:
                self._unchanged(row.code, stand.known)
        except ValidationError as fault:
            field = str(fault.errors()[0]["loc"][0]) if fault.errors() else ""
            self._fault(row, Fault(row.number, field, "", "text-refused"))

    def _register(self, row: RegistryRow, said: RegistryRow, unit: str) -> None:
        subject = self._fresh[row.code]
        if subject in self._borne:
            subject = subject_id(Enterprise.PREFIX, row.code, self._feed.correlation)
        stated: dict[str, Any] = stated_of(said)
        data = EnterpriseRegistered.model_validate({"code": row.code, "unit": unit, **stated})
        self.events.append(Event.make(subject, 1, data, source=SOURCE, clock=self._clock, at=self._moment))
        self._first.append(Said(row.code, subject, row.digest, stated, 1, unit, said.status, unit, said.word))
        self._count(row.code, "new", unit, said.status)

    def _compare(self, row: RegistryRow, said: RegistryRow, place: str, stand: Standing) -> None:
        assert stand.subject is not None
        enterprise = self._enterprises[stand.subject]
        if enterprise.merged_into or self._before_its_time(enterprise):
            self._count(row.code, "unchanged", str(enterprise.known("unit", self._feed.as_of)), "")
            return
        compared = self._comparison(row.code, enterprise, stand.known)
        stated = compared.take(said, place)
        home, status = str(enterprise.known("unit")), str(enterprise.known("registry_status"))
        self._collect(row.code, enterprise, compared)
        self._again.append(
            Said(row.code, enterprise.id, row.digest, stated, enterprise.version, home, status, place, said.word)
        )
        self._count(row.code, "changed" if compared.changed else "unchanged", home, status)

    def _before_its_time(self, enterprise: Enterprise) -> bool:
        """An export older than the enterprise's first day says nothing of it."""
        return enterprise.slots["name"].entries[0].effective > self._feed.as_of

    def gone(self, item: Gone) -> None:
        """Decide a status from its day on. Of an enterprise that nobody knows it says nothing."""
        stand = self.stand[item.code]
        enterprise = self._enterprises.get(stand.subject or "")
        if enterprise is None or enterprise.merged_into:
            self._count(item.code, "unchanged", "", "")
            return
        with acting(Act(self._act.actor, self._act.correlation, self._act.causation, item.day)):
            compared = self._comparison(item.code, enterprise, stand.known)
            compared.take_status(item.status)
        self._collect(item.code, enterprise, compared)
        self._gone.append((item, enterprise.version))
        outcome: Outcome = "changed" if compared.changed else "unchanged"
        self._count(item.code, outcome, str(enterprise.known("unit", item.day)), item.status)

    def _comparison(self, code: str, enterprise: Enterprise, known: Known | None) -> Comparison:
        return Comparison(enterprise, self._feed.source, self._placer, known, self._said_before.get(code, ()))

    def _collect(self, code: str, enterprise: Enterprise, compared: Comparison) -> None:
        self.events.extend(enterprise.collect_events())
        for difference in compared.differences:
            self._noted.append(Noted.of(enterprise.id, code, difference, self._feed.as_of))
        self.taken.counts.differences += len(compared.differences)

    def _unchanged(self, code: str, known: Known | None) -> None:
        assert known is not None
        if known.as_of < self._feed.as_of:
            self._touched.append(code)
        self._count(code, "unchanged", known.unit, known.status)

    def _count(self, code: str, outcome: Outcome, unit: str, status: str) -> None:
        self.taken.outcomes.append((code, outcome))
        self.taken.counts.add(outcome, self._placer, unit, status)

    def _fault(self, row: RegistryRow, fault: Fault) -> None:
        self.taken.faults.append(fault)
        self.taken.outcomes.append((row.code, "rejected"))
        self.taken.counts.rejected += 1

    def write(self, connection: Connection[Any]) -> None:
        """Write everything in the caller's transaction: the events last, under the log's lock until its end.

        Raises psycopg.errors.UniqueViolation or DeadlockDetected when a command came in between: draft again.
        """
        with connection.cursor() as cursor:
            self._write_claims(cursor)
            write_first(cursor, self._feed.source, self._feed.as_of, self._first)
            write(cursor, self._feed.source, self._feed.as_of, self._again)
            touch(cursor, self._feed.source, self._feed.as_of, self._touched)
            bury(cursor, self._feed.source, self._gone)
            note(cursor, self._noted)
        bulk.append(connection, "registry", self.events)

    def _write_claims(self, cursor: Cursor[Any]) -> None:
        codes, subjects = [said.code for said in self._first], [said.subject for said in self._first]
        cursor.execute(_CLAIM, (" ".join(codes), " ".join(subjects)), prepare=True)
