"""Whatever is told, in whatever batches, with memory lost and days passing: a row is what the whole log folds to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.registry.directory import Entry, entry_of
from services.registry.events import enterprise as e
from services.registry.matters import Followed
from services.registry.server import prepare_schema
from tests.integration.registry.filling import Directory
from xianfeng.bus.topics import partition_of
from xianfeng.clock import ManualClock
from xianfeng.event import Act, Data, Event, acting, subject_id
from xianfeng.store import bulk

FIRST = date(2026, 3, 2)
CLOCK = ManualClock(datetime(2026, 3, 2, tzinfo=UTC))
UNITS = [subject_id("unit", code) for code in ("410802", "410811")]
JOINT, ADVISER = subject_id("org", "joint"), subject_id("adv", "one")

FACTS = st.one_of(
    st.sampled_from([e.EnterpriseRenamed(name=name) for name in ("甲物业", "乙物业", "Ｃ物业")]),
    st.sampled_from([e.EnterprisePlaced(unit=unit) for unit in UNITS]),
    st.builds(e.EnterpriseMembersCounted, formal=st.integers(0, 9)),
    st.just(e.EnterpriseOrganisationJoined(organisation=JOINT, form="joint")),
    st.just(e.EnterpriseOrganisationLeft(organisation=JOINT, cause="left")),
    st.builds(e.EnterpriseAdviserAssigned, adviser=st.just(ADVISER), kind=st.just("community"),
              until=st.dates(FIRST, FIRST + timedelta(days=9))),
    st.builds(e.EnterpriseMerged, into=st.just(subject_id("ent", "other")), reason=st.just("重复")),
    st.just(e.EnterpriseMergeUndone(reason="有误")),
    st.builds(e.EnterpriseFactVoided, event=st.just("x"), version=st.integers(2, 9), reason=st.just("不实")),
)  # fmt: skip
DAYS = st.dates(FIRST - timedelta(days=9), FIRST + timedelta(days=9))
STEPS = st.lists(
    st.tuples(st.lists(st.tuples(FACTS, DAYS), max_size=4), st.integers(0, 3), st.booleans()), min_size=1, max_size=5
)
"""A batch of facts with their days, then days that pass, and whether memory is lost."""


@pytest.fixture(scope="module")
def directory(postgres_dsn: str) -> Iterator[Directory]:
    prepare_schema(postgres_dsn)
    found = Directory(postgres_dsn, FIRST)
    yield found
    found.connection.close()


def made(subject: str, version: int, data: Data, day: date) -> Event:
    with acting(Act("acc-test", "test", effective=day)):
        return Event.make(subject, version, data, source="/registry", clock=CLOCK)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, registered=DAYS)
def test_a_row_is_what_the_log_folds_to(directory: Directory, steps: list, registered: date) -> None:
    subject, day = subject_id("ent", str(uuid4())), FIRST
    first = e.EnterpriseRegistered(code="91410100MA45QEXW0B", name="最初的物业", unit=UNITS[0])
    told = [made(subject, 1, first, registered)]
    bulk.append(directory.connection, "registry", told)
    for facts, passing, lost in steps:
        new = [made(subject, len(told) + n, data, when) for n, (data, when) in enumerate(facts, start=1)]
        told += new
        bulk.append(directory.connection, "registry", new)
        directory.fill(day)
        for _ in range(passing):
            day += timedelta(days=1)
            directory.turn(day)
        if lost:
            directory.projection.forget()
    assert Entry(*directory.row(subject, ROW)) == as_stored(
        entry_of(Followed(subject).replay(told), partition_of(subject), day)
    )


ROW = "subject, kind, part, version, unit, code, name, name_folded, ended, names, view, next_change, matters"


def as_stored(entry: Entry) -> Entry:
    return entry._replace(view=msgspec.json.decode(msgspec.json.encode(entry.view)))
