"""An account is offered what its role may do and what makes sense with what is known."""

from __future__ import annotations

from typing import Any

import pytest

from proto.xianfeng.registry.v1 import queries_pb2
from services.console.entry.knowing import Known
from services.console.entry.offers import is_offered, may, offered
from services.console.entry.table import table
from services.console.session import Reader


def reader(role: str) -> Reader:
    return Reader("token", "someone", role, "unit-1", "", False, "")


def known(*slots: str, lines: list[Any] | None = None) -> Known:
    facts = [queries_pb2.Fact(slot=slot, shown="某", effective="2026-01-01") for slot in slots]
    return of("enterprise", queries_pb2.View(facts=facts), lines)


def of(kind: str, view: Any, lines: list[Any] | None = None) -> Known:
    return Known(table(kind), "ent-1", "", "某", (), "2026-03-02", False, view, lines or [])


def line(type_: str, *, voided: bool = False, **data: Any) -> Any:
    found = queries_pb2.Line(type=f"enterprise.{type_}.v1", voided=voided)
    found.data.update(data)
    return found


PROPOSED, CONFIRMED = line("scope-proposed", in_scope=False), line("scope-confirmed", in_scope=False)


@pytest.mark.parametrize(
    ("role", "command", "wanted"),
    [
        ("community", "CountMembers", True),
        ("community", "RenameEnterprise", False),
        ("community", "ConfirmScope", False),
        ("sub_district", "ConfirmScope", True),
        ("enterprise", "CountMembers", True),
        ("enterprise", "AssignAdviser", False),
        ("auditor", "CountMembers", False),
        ("operator", "CountMembers", False),
    ],
)
def test_the_table_of_roles_decides(role: str, command: str, wanted: bool) -> None:
    assert may(reader(role), command) is wanted


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        ([], False),
        ([PROPOSED], True),
        ([PROPOSED, CONFIRMED], False),
        ([PROPOSED, CONFIRMED, PROPOSED], True),
        ([PROPOSED, line("proposal-refused", proposal="scope")], False),
        ([PROPOSED, line("proposal-refused", proposal="not_ready")], True),
        ([line("scope-proposed", voided=True)], False),
        ([line("not-ready-proposed")], False),
    ],
)
def test_a_proposal_is_confirmed_only_while_it_is_open(lines: list[Any], wanted: bool) -> None:
    assert is_offered(reader("sub_district"), known(lines=lines), "ConfirmScope") is wanted


def test_closing_one_proposal_leaves_the_other_open() -> None:
    lines = [PROPOSED, line("not-ready-proposed"), CONFIRMED]
    assert is_offered(reader("sub_district"), known(lines=lines), "RefuseProposal")
    assert not is_offered(reader("sub_district"), known(lines=[*lines, line("not-ready-confirmed")]), "RefuseProposal")


def test_a_filing_is_accepted_year_by_year() -> None:
    lines = [line("filed", year=2025), line("filed", year=2026), line("filing-accepted", year=2025)]
    assert is_offered(reader("housing_authority"), known(lines=lines), "AcceptFiling")
    lines.append(line("filing-accepted", year=2026))
    assert not is_offered(reader("housing_authority"), known(lines=lines), "AcceptFiling")


def test_what_is_not_there_cannot_be_ended() -> None:
    clerk = reader("community")
    assert not is_offered(clerk, known("formal"), "ReleaseAdviser")
    assert is_offered(clerk, known("adviser.community"), "ReleaseAdviser")


def test_elsewhere_only_the_transfer_is_offered() -> None:
    outside = of("enterprise", None)
    groups = offered(reader("sub_district"), outside)
    commands = [offer.command for group in groups for offer in group.offers]
    assert commands == ["ProposeTransfer", "AcceptTransfer", "DeclineTransfer", "AddWorkingUnit"]


def test_what_is_known_stands_beside_the_action() -> None:
    groups = offered(reader("community"), known("recruiting"))
    offers = {offer.command: offer for group in groups for offer in group.offers}
    assert offers["EndRecruiting"].known == "现为 某（2026-01-01 起）"


def test_of_what_has_ended_only_the_record_can_be_put_right() -> None:
    clerk = reader("community")
    assert is_offered(clerk, of("organisation", queries_pb2.View()), "RecordStep")
    ended = of("organisation", queries_pb2.View(ended=True))
    assert [offer.command for group in offered(clerk, ended) for offer in group.offers] == ["VoidFact"]


def test_whoever_has_an_own_organisation_forms_no_other() -> None:
    clerk = reader("community")
    assert is_offered(clerk, known("formal"), "OpenOrganisation")
    assert not is_offered(clerk, known("own"), "OpenOrganisation")


def test_what_an_enterprise_forms_is_its_own_and_at_home() -> None:
    at_home = Known(
        table("enterprise"), "ent-1", "", "某", (queries_pb2.UnitName(id="unit-1"),), "2026-03-02", False, None, ()
    )
    assert at_home.given("OpenOrganisation") == {
        "form": "own",
        "covers": "enterprises",
        "of": "ent-1",
        "unit": "unit-1",
    }
    assert at_home.given("CountMembers") == {"enterprise": "ent-1"}
