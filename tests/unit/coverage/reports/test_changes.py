"""新增 - 减少 + 移入 - 移出 is always the difference, whatever happened to enterprises and to the unit tree."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.coverage.domain.keys import DUTIES, MEMBERS, REGISTRY_STATUSES, STATUSES, enterprise_key
from services.coverage.reports.changes import Seen, Subject, changes

UNITS = ("u1", "u2", "u3", "u4")
UNDER = frozenset({"u1", "u2"})


def key(status: str, duty: str = "") -> int:
    return enterprise_key(STATUSES.index(status), DUTIES.index(duty), MEMBERS.index("few"), 0, 0)


keys = st.one_of(
    st.just(0),
    st.builds(
        enterprise_key, st.integers(0, len(STATUSES) - 1), st.integers(0, len(DUTIES) - 1),
        st.integers(0, len(MEMBERS) - 1), st.integers(0, len(REGISTRY_STATUSES) - 1), st.just(0),
    ),
)  # fmt: skip
seen = st.builds(Seen, st.sampled_from(UNITS), keys)
subjects = st.lists(st.builds(Subject, st.just("ent-1"), st.just("C"), st.just("N"), seen, seen), max_size=40)
below = st.frozensets(st.sampled_from(UNITS))


@given(subjects, below, below)
def test_the_lists_add_up_to_the_difference(some: list[Subject], before: frozenset[str], after: frozenset[str]) -> None:
    found = changes(some, before, after)
    assert found.now - found.was == found.net
    listed = [found.added, found.removed, found.moved_in, found.moved_out, found.changed]
    assert sum(map(len, listed)) == len({id(moved.subject) for part in listed for moved in part})


@given(subjects, below, below)
def test_what_leaves_one_unit_for_another_arrives_there(
    some: list[Subject], before: frozenset[str], after: frozenset[str]
) -> None:
    everywhere = frozenset(UNITS)
    here, there = changes(some, before, after), changes(some, everywhere - before, everywhere - after)
    assert [moved.subject for moved in here.moved_out] == [moved.subject for moved in there.moved_in]
    assert [moved.subject for moved in here.moved_in] == [moved.subject for moved in there.moved_out]


def one(before: Seen, after: Seen) -> Subject:
    return Subject("ent-1", "C", "N", before, after)


def causes(before: Seen, after: Seen, was: frozenset[str] = UNDER, now: frozenset[str] = UNDER) -> dict[str, str]:
    found = changes([one(before, after)], was, now)
    lists = ("added", "removed", "moved_in", "moved_out", "changed")
    return {name: getattr(found, name)[0].cause for name in lists if getattr(found, name)}


def test_each_way_has_its_cause() -> None:
    none, own = key("none"), key("own")
    assert causes(Seen("u1", 0), Seen("u1", own)) == {"added": "registered"}
    assert causes(Seen("u1", key("inactive")), Seen("u1", own)) == {"added": "resumed"}
    assert causes(Seen("u1", key("out_of_scope")), Seen("u1", own)) == {"added": "into_scope"}
    assert causes(Seen("u1", own), Seen("u1", 0)) == {"removed": "merged"}
    assert causes(Seen("u1", own), Seen("u1", key("inactive"))) == {"removed": "inactive"}
    assert causes(Seen("u3", own), Seen("u1", own)) == {"moved_in": "moved"}
    assert causes(Seen("u1", own), Seen("u3", none)) == {"moved_out": "moved"}
    assert causes(Seen("u1", own), Seen("u1", own), UNDER, frozenset({"u2"})) == {"moved_out": "tree"}
    assert causes(Seen("u1", none), Seen("u2", own)) == {"changed": "status"}
    assert causes(Seen("u1", none), Seen("u1", key("none", "join"))) == {"changed": "duty"}
    assert causes(Seen("u1", own), Seen("u2", own)) == {}
