"""Random histories: the timeline says on every day what a plain day-by-day evaluation says."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from services.coverage.domain.facts import Answers, Packing
from services.coverage.domain.folded import Folded
from services.coverage.domain.folding import fold
from services.coverage.domain.keys import unpack_enterprise
from services.coverage.domain.slots import in_force
from services.coverage.domain.timeline import on
from tests.reference_rules import answer_on, in_base
from tests.unit.coverage.histories import Teller, assessor
from tests.unit.coverage.strategies import FIRST, LAST, histories

DAYS = [FIRST + timedelta(n) for n in range(-3, (LAST - FIRST).days + 300)]


@settings(max_examples=300)
@given(histories(), st.lists(st.sampled_from(DAYS), min_size=4, max_size=8))
def test_every_day_is_as_evaluated_by_itself(teller: Teller, days: list[date]) -> None:
    life = teller.life()
    edges = [date.fromordinal(segment.day + n) for segment in life for n in (-1, 0)]
    for day in days + edges:
        segment, expected = on(life, day.toordinal()), answer_on(teller.events, day)
        if expected is None:
            assert segment is None or segment.key == 0
            continue
        assert segment is not None
        key, facts = unpack_enterprise(segment.key), expected.facts
        told = [date.fromordinal(d) if d else None for d in (segment.since, segment.due)]
        assert (key.status, key.duty, *told) == (expected.status, expected.duty, expected.since, expected.due)
        assert (segment.unit, key.registry_status) == (facts.unit, facts.registry)
        base = in_base(teller.events, day.year)
        accepted = facts.accepted.get(day.year)
        made = facts.filed.get(day.year, accepted)
        in_time = accepted is not None and made is not None and made <= date(day.year, 2, 15)
        assert (key.base, key.filed, key.filed_in_time) == (base, base and accepted is not None, base and in_time)
        stands = facts.registry in ("revoked", "deregistered") and bool(facts.own or facts.joined)
        alone = expected.status == "work" and not facts.advisers and not facts.masses
        assert (key.to_settle, key.recruiting_alone) == (stands, alone)


@settings(max_examples=150)
@given(histories(), st.randoms())
def test_the_order_of_folding_does_not_matter(teller: Teller, random: object) -> None:
    events = list(teller.events)
    random.shuffle(events)  # type: ignore[attr-defined]
    folded = Folded()
    for version, effective, data in events:
        fold(folded, data.TYPE, version, effective, data)
    assert assessor().life(folded) == teller.life()


@settings(max_examples=150)
@given(histories(), st.sampled_from(DAYS))
def test_the_table_of_one_day_agrees_with_the_sweep(teller: Teller, day: date) -> None:
    segment = on(teller.life(), day.toordinal())
    if segment is None or segment.key == 0 or day < assessor().rules.start:
        return
    rules = assessor().rules
    index = Packing(rules).index(in_force(teller.entries, day.toordinal()))
    assert Answers(rules, started=True)[index].cell == segment.cell


@settings(max_examples=100)
@given(histories())
def test_segments_ascend_and_differ(teller: Teller) -> None:
    life = teller.life()
    assert [s.day for s in life] == sorted({s.day for s in life})
    assert all(a[1:] != b[1:] for a, b in pairwise(life))
