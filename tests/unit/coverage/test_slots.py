"""Dated slots one by one: late, corrected, voided, ended and expired facts; and the checks that only warn."""

from __future__ import annotations

from datetime import date, timedelta

from services.coverage.domain.slots import Slot, in_force
from services.coverage.domain.timeline import on
from services.coverage.domain.warnings import Standing, committee_duty, enterprise_warnings
from tests.unit.coverage.histories import Teller, assessor, ident

JANUARY, MARCH, JUNE = date(2022, 1, 1), date(2022, 3, 1), date(2022, 6, 1)
A, B = ident("org", "a"), ident("org", "b")


def registered() -> Teller:
    teller = Teller()
    teller.register(JANUARY)
    return teller


def formal(teller: Teller, day: date) -> int | str | None:
    entry = in_force(teller.entries, day.toordinal()).get(Slot.FORMAL)
    return entry[3] if entry else None


def test_a_late_fact_never_overwrites_a_newer_truth() -> None:
    teller = registered()
    teller.tell("members-counted", JUNE, formal=5)
    teller.tell("members-counted", MARCH, formal=1)
    assert [formal(teller, day) for day in (JANUARY, MARCH, JUNE)] == [None, 1, 5]


def test_a_correction_takes_the_place_of_what_was_wrong() -> None:
    teller = registered()
    teller.tell("members-counted", MARCH, formal=5)
    teller.tell("members-counted", MARCH, formal=1, correction={"event": "e", "reason": "误报"})
    assert formal(teller, JUNE) == 1


def test_a_void_brings_back_what_held_before() -> None:
    teller = registered()
    teller.tell("members-counted", JANUARY, formal=2)
    wrong = teller.tell("members-counted", MARCH, formal=5)
    teller.void(wrong, JUNE)
    assert formal(teller, JUNE) == 2


def test_unknown_is_not_zero() -> None:
    teller = registered()
    assert teller.on(JUNE)[1] == "survey"
    teller.tell("members-counted", MARCH, formal=0)
    assert teller.on(JUNE)[1] == "assign_adviser"


def test_merged_organisations_leave_no_day_uncovered_in_any_order() -> None:
    for joined_first in (True, False):
        teller = registered()
        teller.tell("organisation-joined", MARCH, organisation=A, form="joint")
        told = [("organisation-joined", {"organisation": B, "form": "joint"}),
                ("organisation-left", {"organisation": A, "cause": "merged", "successor": B})]  # fmt: skip
        for what, data in told if joined_first else reversed(told):
            teller.tell(what, JUNE, **data)
        assert {teller.on(JUNE + timedelta(n))[0] for n in range(-2, 3)} == {"joint"}


def test_merged_away_and_back() -> None:
    teller = registered()
    teller.tell("merged", MARCH, into=ident("ent", "b"), reason="重复")
    gone = on(teller.life(), MARCH.toordinal())
    assert gone is not None
    assert gone.key == 0
    teller.tell("merge-undone", MARCH, reason="误并")
    assert teller.on(MARCH)[0] == "none"


def test_nothing_is_to_be_done_before_the_rule_set_began() -> None:
    teller = Teller()
    teller.register(date(2020, 1, 1))
    assert teller.on(date(2021, 7, 7)) == ("none", "", None, None)
    assert teller.on(date(2021, 7, 8)) == ("none", "survey", date(2021, 7, 8), None)


def test_a_registry_row_never_ends_a_party_fact() -> None:
    teller = registered()
    teller.tell("organisation-formed", MARCH, organisation=A)
    teller.tell("registry-status-changed", JUNE, registry_status="deregistered")
    segment = on(teller.life(), JUNE.toordinal())
    assert segment is not None
    assert teller.on(JUNE)[0] == "inactive"
    assert segment.key & 1 << 18, "to settle"


def test_warnings_of_an_enterprise_and_its_organisation() -> None:
    teller = registered()
    teller.tell("members-counted", MARCH, formal=2)
    teller.tell("organisation-formed", MARCH, organisation=A)
    segment, force = on(teller.life(), JUNE.toordinal()), in_force(teller.entries, JUNE.toordinal())
    assert segment is not None
    standing = Standing("own", "branch", 1, (JUNE + timedelta(90)).toordinal(), False, True, False)
    found = enterprise_warnings(assessor().rules, segment, force, standing, JUNE)
    assert found == ["own_below_threshold", "filing_missing", "term_ending", "no_consultation"]


def test_a_city_without_a_leading_group_is_to_form_its_committee() -> None:
    rules = assessor().rules
    assert committee_duty(rules, [], JUNE) == date(2021, 7, 31)
    assert committee_duty(rules, [0], JUNE) == date(2021, 7, 31)
    assert committee_duty(rules, [7], JUNE) is None
    assert committee_duty(rules, [], date(2021, 7, 1)) is None
