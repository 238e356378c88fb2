"""The story is made by the real aggregates, is the same for a seed, and speaks of nobody who exists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec
import pytest

from services.registry.codes import check_code
from services.registry.commands.desk import AGGREGATES
from services.registry.demo.places import Province, load_province
from services.registry.demo.plan import SOURCE, START, Plan
from services.registry.demo.story import tell
from services.registry.demo.world import Told
from services.registry.domain.adviser import Holder
from services.registry.events import CATALOGUE
from services.registry.events.enterprise import EnterpriseRegistered
from services.registry.events.organisation import OrganisationOpened
from services.registry.events.project import ProjectRegistered
from xianfeng.event import Event, decode_head

UNTIL = date(2022, 8, 31)
KINDS = {**AGGREGATES, "holder": Holder}
NAMING = {"organisation", "adviser"}


@pytest.fixture(scope="module")
def province() -> Province:
    return load_province()


def told_by(seed: int, province: Province) -> Told:
    whole = Told()
    for _, told in tell(Plan(seed, 300, 700, UNTIL), province):
        whole.add(told)
    return whole


@pytest.fixture(scope="module")
def story(province: Province) -> Told:
    return told_by(1, province)


def plain(events: Sequence[Event]) -> list[tuple[Any, ...]]:
    """What an event says, without its id, its recorded time, and the id of an event that it names."""
    said = []
    for event in events:
        data = msgspec.json.decode(decode_head(event.raw).data)
        data.pop("event", None)
        data.get("correction", {}).pop("event", None)
        said.append((event.originator_id, event.originator_version, event.type, event.effective, event.actor,
                     event.correlation, data))  # fmt: skip
    return said


def test_a_seed_makes_equal_events(story: Told, province: Province) -> None:
    again = told_by(1, province)
    assert plain(again.events) == plain(story.events)
    assert (again.links, again.claims, again.people, again.ended) == (
        story.links, story.claims, story.people, story.ended
    )  # fmt: skip
    assert {event.id for event in again.events}.isdisjoint({event.id for event in story.events})


def test_its_size_is_reached_on_whatever_day_it_ends(province: Province) -> None:
    """Of whole numbers, the last are due on the last day: none is left to a weekend."""
    for until in (date(2021, 9, 3), date(2021, 9, 4), date(2021, 9, 5)):
        types = Counter(e.type for _, told in tell(Plan(1, 300, 200, until), province) for e in told.events)
        assert (types["enterprise.registered.v1"], types["project.registered.v1"]) == (300, 200)


def test_another_seed_makes_another_province(story: Told, province: Province) -> None:
    assert {e.originator_id for e in told_by(2, province).events}.isdisjoint({e.originator_id for e in story.events})


def test_the_recorded_bytes_fold_without_a_gap(story: Told) -> None:
    subjects: dict[str, Any] = {}
    for event in story.events:
        kind = KINDS[event.type.partition(".")[0]]
        subject = subjects.setdefault(event.originator_id, kind(event.originator_id))
        subject.apply(CATALOGUE.load(event.raw))
    assert Counter(type(s).KIND for s in subjects.values())["enterprise"] == 300


def test_every_event_bears_the_source_and_a_working_day(story: Told) -> None:
    assert {event.source for event in story.events} == {SOURCE}
    days = {date.fromisoformat(event.time[:10]) for event in story.events}
    assert START <= min(days) < max(days) <= UNTIL
    assert all(day.weekday() < 5 for day in days)


def test_times_rise(story: Told) -> None:
    times = [event.time for event in story.events]
    assert times == sorted(times)


def test_codes_are_valid_and_belong_to_no_authority(story: Told, province: Province) -> None:
    codes = [event.data.code for event in story.events if isinstance(event.data, EnterpriseRegistered)]
    assert len(set(codes)) == len(codes) == 300
    assert all(check_code(code)[2:8] == "419900" for code in codes)
    assert "419900" not in {unit.code for unit in (*province.cities, *province.counties)}


def test_every_name_is_marked(story: Told) -> None:
    named = (EnterpriseRegistered, ProjectRegistered, OrganisationOpened)
    names = [event.data.name for event in story.events if isinstance(event.data, named)]
    assert names
    assert not [name for name in names if not name.endswith("（演示）")]
    assert all(person.name.startswith("演示") for person in story.people.values())


def test_what_is_named_is_linked(story: Told) -> None:
    for event in story.events:
        if event.type.partition(".")[0] in ("enterprise", "project") and event.type.endswith(
            ("organisation-formed.v1", "organisation-joined.v1", "organisation-covered.v1", "adviser-assigned.v1")
        ) and "mass" not in event.type:  # fmt: skip
            target = next(value for name, value in event.data if name in NAMING)
            assert (target, event.originator_id) in story.links


def test_a_deregistered_enterprise_keeps_no_adviser(story: Told) -> None:
    advised: dict[str, set[str]] = {}
    for event in story.events:
        own = advised.setdefault(event.originator_id, set())
        if event.type == "enterprise.adviser-assigned.v1":
            own.add(event.data.adviser)  # type: ignore[attr-defined]
        elif event.type == "enterprise.adviser-released.v1":
            own.discard(event.data.adviser)  # type: ignore[attr-defined]
            assert not own or event.data.cause != "enterprise_closed"  # type: ignore[attr-defined]
