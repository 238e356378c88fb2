"""One build of a projection on its worker thread: batches, midnights, repairs and the assessment, each a transaction.

Every transaction first locks the places that it moves. If one is not where memory was folded from, another instance
was here: what was folded is thrown away, memory is dropped and read again (the fence).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

import psycopg
import structlog

from xianfeng.bus import kept_aside
from xianfeng.bus.builds import BuildRow, lock_state
from xianfeng.bus.decoder import Decoder
from xianfeng.bus.delivered import Delivered, partitions_of
from xianfeng.bus.fetch import Fetch, Stored
from xianfeng.bus.fold import Folded, Folder, NotOurs
from xianfeng.bus.genuine import Verifier
from xianfeng.bus.intake import Coordinates, Foreign, Intake, coordinates, take
from xianfeng.bus.kept_aside import Held
from xianfeng.bus.place import Place, lock_places, open_places, save_places
from xianfeng.bus.projection import Build, Projection
from xianfeng.bus.stretch import Stretch, fold_stretch
from xianfeng.clock import Clock
from xianfeng.words import say

__all__ = ["BuildChanged", "Engine", "Fenced", "Hole", "Outcome"]

Connection = psycopg.Connection[Any]
logger = structlog.get_logger(__name__)


class Fenced(Exception):
    """The places are no longer what memory was folded from: another instance was here."""


class BuildChanged(Exception):
    """The build was put in service or retired meanwhile."""


class Hole(NamedTuple):
    """A record that does not fit: where to seek first, and the batch's first and last offset on the partition."""

    seek: int
    first: int
    last: int


@dataclass
class Outcome:
    """What a batch came to: partitions that moved, and those that show a hole."""

    moved: frozenset[int] = frozenset()
    holes: dict[int, Hole] = field(default_factory=dict)


class Engine:
    """All methods run on one thread, one at a time; `places` may be read from others."""

    def __init__(self, projection: Projection, row: BuildRow, dsn: str, clock: Clock, fetch: Fetch) -> None:
        self.projection, self.row, self.clock = projection, row, clock
        self.places: dict[int, Place] = {}
        self.held: dict[str, Held] = {}
        self.fenced = 0
        self._dsn = dsn
        self._connection: Connection | None = None
        self._decoder = Decoder(projection.catalogue, projection.types)
        self._verifier = Verifier(fetch)
        self._folder = Folder(projection, self._decoder, self._verifier.genuine)
        self._foreign: dict[Coordinates, str] = {}

    @property
    def connection(self) -> Connection:
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(self._dsn, autocommit=True, connect_timeout=5)
            # A process frozen in a transaction must not keep its places from the instance that takes over.
            self._connection.execute("set idle_in_transaction_session_timeout = '15s'")
        return self._connection

    def build(self, assessed: bool) -> Build:
        """The build as the projection sees it on a partition."""
        serving = self.row.state == "serving"
        return Build(self.projection.name, self.row.version, self.row.number, not (serving or assessed), serving)

    @property
    def assessed(self) -> frozenset[int]:
        """The partitions on which this build writes as a serving one does, as far as memory knows."""
        return frozenset(partition for partition, place in list(self.places.items()) if place.assessed)

    def open(self, partitions: Collection[int]) -> dict[int, Place]:
        """Learn where these partitions stand and who is held there."""
        missing = [partition for partition in partitions if partition not in self.places]
        if missing:
            name, number = self.projection.name, self.row.number
            found = open_places(self.connection, name, number, missing, self.clock.today())
            self.held.update(kept_aside.read_held(self.connection, name, number, missing))
            self.places.update(found)
        return {partition: self.places[partition] for partition in partitions}

    def forget(self, partitions: Collection[int] | None = None) -> None:
        """Drop what memory holds of these partitions (all)."""
        gone = set(self.places) if partitions is None else set(partitions)
        self.projection.forget(partitions)
        self.places = {partition: place for partition, place in self.places.items() if partition not in gone}
        self.held = {subject: held for subject, held in self.held.items() if held.partition not in gone}

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()

    def reset(self) -> None:
        """After anything went wrong: nothing in memory is sure any more."""
        self.forget()
        self.close()

    def process(self, records: Sequence[Delivered], doubted: Collection[int] = ()) -> Outcome:
        """Take a batch, in one transaction after the midnights that came before it.

        On `doubted` partitions a hole was looked for everywhere: what shows it must be the store's. Raises Fenced,
        BuildChanged.
        """
        while True:
            partitions = partitions_of(records)
            self.advance(partitions)
            try:
                return self._process(records, partitions, doubted)
            except NotOurs as found:
                self._foreign[coordinates(found.entry.record)] = say("bus.not-in-store")
                self.forget()

    def _process(self, records: Sequence[Delivered], partitions: Collection[int], doubted: Collection[int]) -> Outcome:
        places = self.open(partitions)
        build = self.build(assessed=all(place.assessed for place in self.places.values()))
        stretch = self._stretch(build, records, places)
        rest, at = records[stretch.length :], {**places, **stretch.reached}
        intake = take(rest, at, self._foreign, self._decoder.known) if rest else Intake()
        behind = [entry for partition, entry in intake.behind.items() if partition in doubted]
        for suspect in (*intake.suspects, *behind):
            if not self._verifier.genuine(suspect):
                raise NotOurs(suspect)
        folded = self._folder.fold(self.connection, build, intake.taken, self.held) if intake.taken else Folded()
        folded.add(stretch.touched)
        reached = {**stretch.reached, **intake.reached}
        self._commit(reached, folded, intake.foreign)
        return Outcome(
            moved=frozenset(p for p, place in reached.items() if place.position != places[p].position),
            holes={partition: _hole(partition, rest, at[partition]) for partition in intake.behind},
        )

    def _stretch(self, build: Build, records: Sequence[Delivered], places: dict[int, Place]) -> Stretch:
        if self._foreign:
            # Something here only looks like the store's.
            return Stretch()
        return fold_stretch(self.connection, build, self.projection, self._decoder, records, places, self.held)

    def _commit(self, reached: Mapping[int, Place], folded: Folded, foreign: Iterable[Foreign]) -> None:
        name, number, now = self.projection.name, self.row.number, self.clock.now()
        moved = {p: place for p, place in reached.items() if place != self.places[p]}
        letters = [*folded.letters, *map(kept_aside.letter_of_foreign, foreign)]
        if not (moved or letters):
            return
        with self.locked(moved) as connection:
            for (assessed, day), subjects in self._together(folded).items():
                self.projection.write(connection, self.build(assessed), day, subjects)
            if letters:
                kept_aside.insert_letters(connection, name, self.projection.topic, letters, now)
            if folded.held:
                kept_aside.hold(connection, name, number, folded.held.values(), now)
            if moved:
                save_places(connection, name, number, moved)
        self.places.update(moved)
        self.held.update(folded.held)
        for letter in letters:
            logger.warning("kept-aside", projection=name, build=number, reason=letter.reason, detail=letter.detail)

    def _together(self, folded: Folded) -> dict[tuple[bool, date], list[str]]:
        """The touched subjects of partitions that are on the same day and write alike: most often, all of them."""
        together: dict[tuple[bool, date], list[str]] = {}
        for partition, subjects in sorted(folded.touched.items()):
            place = self.places[partition]
            together.setdefault((place.assessed, place.day), []).extend(sorted(subjects))
        return together

    @contextmanager
    def locked(self, partitions: Iterable[int]) -> Iterator[Connection]:
        """A transaction that holds these places, sure to be where memory was folded from."""
        wanted = sorted(partitions)
        connection = self.connection
        with connection.transaction():
            if not (self.projection.announces and self.row.state == "serving"):
                # Rows and place are lost together, and the bus has the records still: no need to wait for the disk.
                connection.execute("set local synchronous_commit = off")
            state = lock_state(connection, self.projection.name, self.row.number)
            found = lock_places(connection, self.projection.name, self.row.number, wanted)
            if state != self.row.state:
                raise BuildChanged(f"build {self.row.number} is {state}")
            if any(not self.places[p].same_state(found.get(p)) for p in wanted):
                raise Fenced(f"build {self.row.number} partitions {wanted}")
            yield connection

    def advance(self, partitions: Collection[int]) -> frozenset[int]:
        """Move the business date of these partitions up to today, a transaction a day, never back."""
        places, moved = self.open(partitions), set[int]()
        if places:
            for day in _days(min(place.day for place in places.values()), self.clock.today()):
                behind = [partition for partition in places if self.places[partition].day < day]
                self._advance(behind, day)
                moved.update(behind)
        return frozenset(moved)

    def _advance(self, partitions: Collection[int], day: date) -> None:
        moved = {partition: self.places[partition]._replace(day=day) for partition in partitions}
        with self.locked(moved) as connection:
            for partition in sorted(moved):
                build = self.build(self.places[partition].assessed)
                if not build.building:
                    self.projection.advance(connection, build, partition, day)
            save_places(connection, self.projection.name, self.row.number, moved)
        self.places.update(moved)

    def assess(self, partition: int) -> None:
        """This partition has caught up: derive what lean writing left out, and write as a serving build from now on."""
        place = self.open([partition])[partition]
        if place.assessed:
            return
        self.advance([partition])
        place = self.places[partition]._replace(assessed=True)
        with self.locked([partition]) as connection:
            self.projection.assess(connection, self.build(True), partition, place.day)
            save_places(connection, self.projection.name, self.row.number, {partition: place})
        self.projection.forget([partition])
        self.places[partition] = place

    def mend(self, held: Held, stored: Sequence[Stored]) -> str:
        """Fold what a held subject missed, up to its partition's place; why it is still held, or nothing."""
        place = self.open([held.partition])[held.partition]
        held = self.held.get(held.subject, held)
        build = self.build(place.assessed)
        due = [event for event in stored if event.position <= place.position]
        folded, rest, reason = self._folder.mend(self.connection, build, held, due)
        if rest == held and not folded:
            return reason
        with self.locked([held.partition]) as connection:
            if folded:
                self.projection.write(connection, build, place.day, [held.subject])
            if rest is None:
                kept_aside.release(connection, build.projection, build.number, held.subject)
            else:
                kept_aside.set_version(connection, build.projection, build.number, rest)
        self.held.pop(held.subject, None)
        if rest is not None:
            self.held[held.subject] = rest
        logger.info("subject-mended", projection=build.projection, build=build.number, released=rest is None)
        return reason

    def transaction(self, work: Callable[[Connection], bool]) -> bool:
        """Run `work` in a transaction of this build's connection; undone when it says False."""
        try:
            with self.connection.transaction():
                if not work(self.connection):
                    raise psycopg.Rollback
        except psycopg.Rollback:
            return False
        return True


def _hole(partition: int, records: Sequence[Delivered], place: Place) -> Hole:
    offsets = [record.offset for record in records if record.partition == partition]
    return Hole(place.next_offset, offsets[0], offsets[-1])


def _days(last: date, today: date) -> Iterator[date]:
    while last < today:
        last += timedelta(days=1)
        yield last
