"""Counted keys add up to figures; a rate over zero has no value."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from services.coverage.domain.figures import Rate, figures
from services.coverage.domain.keys import (
    BASE,
    DUTIES,
    FILED,
    MEMBERS,
    REGISTRY_STATUSES,
    STATUSES,
    TO_SETTLE,
    due_key,
    enterprise_key,
    organisation_key,
    project_key,
    unpack_enterprise,
)

DAY = date(2022, 6, 1)


def key(status: str, duty: str = "", members: str = "few", registry: str = "active", marks: int = 0) -> int:
    return enterprise_key(
        STATUSES.index(status), DUTIES.index(duty), MEMBERS.index(members), REGISTRY_STATUSES.index(registry), marks
    )


def test_figures_of_a_small_unit() -> None:
    counts = {
        key("own", members="threshold", marks=BASE | FILED): 2,
        key("joint", members="threshold", registry="moved_out"): 1,
        key("none", "form_organisation", "threshold", marks=BASE): 3,
        key("none", "survey", "unknown", "unknown"): 4,
        key("work"): 5,
        key("out_of_scope"): 6,
        key("inactive", registry="revoked", marks=TO_SETTLE): 7,
        due_key(date(2021, 12, 31).toordinal()): 2,
        due_key(DAY.toordinal()): 1,
        project_key(True, "joint"): 8,
        project_key(True, ""): 9,
        project_key(False, "own"): 10,
        organisation_key("joint", "branch"): 1,
    }
    f = figures(counts, DAY)
    assert (f.registered, f.enterprises, f.out_of_scope, f.inactive, f.to_settle) == (28, 15, 6, 7, 7)
    assert (f.unsurveyed, f.unknown_registry_status, f.moving, f.joint_with_three, f.overdue) == (4, 4, 1, 1, 2)
    assert (f.projects_served, f.projects_covered, f.organisations) == (17, 8, 1)
    rates = {rate.name: (rate.numerator, rate.denominator) for rate in f.rates}
    assert rates == {
        "R1": (3, 15), "R2": (2, 15), "R3": (2, 6), "R3a": (3, 6), "R4": (5, 12), "R5": (8, 15), "R6": (8, 17),
        "R7": (2, 5),
    }  # fmt: skip
    assert f.by_duty["form_organisation"] == 3
    assert f.by_duty["join"] == 0


def test_a_rate_over_zero_has_no_value() -> None:
    assert [rate.shown for rate in figures({}, DAY).rates] == ["–"] * 8
    assert Rate("R1", 7, 8).shown == "87.5%"
    assert Rate("R1", 2, 3).shown == "66.7%"
    assert Rate("R1", 8, 8).shown == "100.0%"


fields = st.tuples(
    st.integers(0, 8),
    st.integers(0, 5),
    st.integers(0, 5),
    st.integers(0, 6),
    st.integers(0, 63).map(lambda m: m << 13),
)


@given(fields)
def test_a_key_holds_what_was_packed(packed: tuple[int, int, int, int, int]) -> None:
    status, duty, members, registry, marks = packed
    e = unpack_enterprise(enterprise_key(status, duty, members, registry, marks))
    assert (e.status, e.duty) == (STATUSES[status], DUTIES[duty])
    assert (e.members, e.registry_status) == (MEMBERS[members], REGISTRY_STATUSES[registry])
    flags = (e.branch_office, e.base, e.filed, e.filed_in_time, e.recruiting_alone, e.to_settle)
    assert sum(held << 13 + n for n, held in enumerate(flags)) == marks


@given(st.lists(st.tuples(fields, st.integers(0, 9))), st.integers(0, 20))
def test_figures_are_additive(counted: list[tuple[tuple[int, int, int, int, int], int]], cut: int) -> None:
    pairs = [(enterprise_key(*packed), n) for packed, n in counted]
    whole, left, right = figures(pairs, DAY), figures(pairs[:cut], DAY), figures(pairs[cut:], DAY)
    assert whole.registered == left.registered + right.registered
    assert whole.by_status == {s: left.by_status[s] + right.by_status[s] for s in STATUSES}
    for all_, a, b in zip(whole.rates, left.rates, right.rates, strict=True):
        assert (all_.numerator, all_.denominator) == (a.numerator + b.numerator, a.denominator + b.denominator)
