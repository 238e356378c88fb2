"""Random histories of one enterprise: late, future, ended, replaced and voided facts in any order of recording."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.unit.coverage.histories import Teller, ident

FIRST, LAST = date(2021, 6, 20), date(2023, 3, 10)
ORGANISATIONS = [ident("org", name) for name in "ab"]
ADVISERS = [ident("adv", name) for name in "ab"]
UNITS = [ident("unit", name) for name in "ab"]

days = st.dates(FIRST, LAST)
spans = st.integers(-5, 200)
Fact = Callable[[Teller, date], Any]


def _fact(what: str, **values: st.SearchStrategy[Any]) -> st.SearchStrategy[Fact]:
    return st.fixed_dictionaries(values).map(lambda data: lambda teller, day: teller.tell(what, day, **data))


def _until(what: str, field: str, **values: st.SearchStrategy[Any]) -> st.SearchStrategy[Fact]:
    def say(drawn: tuple[dict[str, Any], int]) -> Fact:
        data, span = drawn
        return lambda teller, day: teller.tell(what, day, **data, **{field: day + timedelta(span)})

    return st.tuples(st.fixed_dictionaries(values), spans).map(say)


_registry = st.sampled_from(["active", "active", "closing", "moved_out", "revoked", "deregistered", "unknown"])
_counts = {name: st.one_of(st.none(), st.integers(0, 4)) for name in ("formal", "probationary", "elsewhere")}
_kinds = st.sampled_from(["community", "other"])
_masses = st.sampled_from(["union", "youth_league"])
_years = st.integers(2021, 2023)
facts = st.one_of(
    _fact("members-counted", **_counts),
    _fact("members-counted", formal=st.integers(0, 4)),
    _fact("registry-status-changed", registry_status=_registry),
    _fact("scope-confirmed", in_scope=st.booleans()),
    _fact("placed", unit=st.sampled_from(UNITS)),
    _fact("organisation-formed", organisation=st.sampled_from(ORGANISATIONS)),
    _fact("organisation-ended", organisation=st.sampled_from(ORGANISATIONS), cause=st.just("withdrawn")),
    _fact("organisation-joined", organisation=st.sampled_from(ORGANISATIONS), form=st.sampled_from(["joint", "grid"])),
    _fact("organisation-left", organisation=st.sampled_from(ORGANISATIONS), cause=st.just("left")),
    _until("adviser-assigned", "until", adviser=st.sampled_from(ADVISERS), kind=_kinds),
    _fact("adviser-assigned", adviser=st.sampled_from(ADVISERS), kind=_kinds),
    _fact("adviser-released", adviser=st.sampled_from(ADVISERS), kind=_kinds, cause=st.just("left")),
    _fact("mass-organisation-formed", kind=_masses),
    _fact("mass-organisation-ended", kind=_masses),
    _until("recruiting-planned", "until"),
    _fact("recruiting-ended"),
    _until("not-ready-confirmed", "review_date", reason=st.just("条件不成熟")),
    _fact("not-ready-ended", reason=st.just("条件成熟")),
    _fact("filed", year=_years, organisation_formed=st.booleans()),
    _fact("filing-accepted", year=_years),
    _fact("filing-returned", year=_years, reason=st.just("补充")),
    _fact("merged", into=st.just(ident("ent", "other")), reason=st.just("重复")),
    _fact("merge-undone", reason=st.just("误并")),
    st.integers(1, 12).map(lambda version: lambda teller, day: teller.void(min(version, teller.folded.version), day)),
)


@st.composite
def histories(draw: st.DrawFn) -> Teller:
    """An enterprise registered on some day, and up to a dozen facts recorded in any order of their days."""
    teller = Teller()
    teller.register(draw(days), unit=draw(st.sampled_from(UNITS)), registry_status=draw(_registry))
    for fact, day in draw(st.lists(st.tuples(facts, days), max_size=12)):
        fact(teller, day)
    return teller
