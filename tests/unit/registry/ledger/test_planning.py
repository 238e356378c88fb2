"""From statements to commands: only what differs, and what one row cannot bring about is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.registry.ledger.fields import CLEAR
from services.registry.ledger.plan import Case, Joinable, Plan
from services.registry.ledger.planning import plan_row
from xianfeng.refusal import Refused

OWN = {"form": "own", "type": "branch", "organisation": "甲党支部", "approved_on": "2025-07-01"}
JOINT = {"form": "joint", "type": "branch", "organisation": "联合党支部", "approved_on": "2024-01-01"}
BARE = Case("ent-1", "unit-1", date(2026, 3, 2), {}, {}, None, (), lambda: "org-new")


def plan(now: dict[str, str] | None = None, *, covering: str | None = None, **stated: Any) -> Plan:
    more = {key: stated.pop(key) for key in ("joinable", "forming", "advisers") if key in stated}
    return plan_row(replace(BARE, now=now or {}, stated=stated, covering=covering, **more), "community_verified")


def steps(made: Plan) -> list[tuple[str, dict[str, Any]]]:
    return [(step.name, {k: v for k, v in step.fields.items() if k != "enterprise"}) for step in made.steps]


def needs(made: Plan) -> list[str]:
    return [key for key, _ in made.needs]


def test_only_differing_counts_are_stated() -> None:
    made = plan({"formal": "3", "probationary": "1"}, formal="3", probationary="2", elsewhere="0")
    assert steps(made) == [("CountMembers", {"source": "community_verified", "probationary": "2", "elsewhere": "0"})]
    assert made.changes == {"probationary": ("1", "2"), "elsewhere": ("", "0")}


def test_clearing_what_is_not_there_is_nothing() -> None:
    made = plan(union=CLEAR, recruiting=CLEAR, not_ready_reason=CLEAR, scope_reason=CLEAR, adviser=CLEAR, form=CLEAR)
    assert (made.steps, made.needs, made.changes) == ([], [], {})


def test_clearing_what_is_there() -> None:
    now = {"union": "yes", "recruiting": "2026-12-01", "leaving": "2", "arriving": "1", "adviser": "both"}
    cleared = dict.fromkeys(("union", "recruiting", "leaving", "adviser"), CLEAR)
    made = plan(now, advisers=("adv-1", "adv-2"), **cleared)
    assert steps(made) == [
        ("NoteMembersInTransfer", {"leaving": "0", "arriving": "1"}), ("ReleaseAdviser", {"adviser": "adv-1"}),
        ("ReleaseAdviser", {"adviser": "adv-2"}), ("EndMassOrganisation", {"kind": "union"}), ("EndRecruiting", {}),
    ]  # fmt: skip


def test_forming_its_own() -> None:
    stated = {
        **OWN,
        "approval_number": "1号",
        "term_number": "1",
        "term_begins": "2025-07-01",
        "term_ends": "2028-06-30",
    }
    made = plan(**stated)
    assert [name for name, _ in steps(made)] == ["OpenOrganisation", "RecordStep", "SetTerm"]
    assert steps(made)[1][1] == {"organisation": "org-new", "step": "approved", "on": "2025-07-01", "number": "1号"}
    assert made.changes == {key: ("", value) for key, value in stated.items()}


def test_leaving_a_joint_one_for_its_own() -> None:
    made = plan(JOINT, covering="org-joint", **OWN)
    assert [name for name, _ in steps(made)] == ["LeaveOrganisation", "OpenOrganisation", "RecordStep"]


@pytest.mark.parametrize("missing", ["organisation", "approved_on"])
def test_its_own_needs_name_and_approval(missing: str) -> None:
    stated = {key: value for key, value in OWN.items() if key != missing}
    for now, covering in (({}, None), (JOINT, "org-joint")):
        made = plan(now, covering=covering, formal="3", **stated)
        assert needs(made) == ["form"]
        assert [name for name, _ in steps(made)] == ["CountMembers"]


def test_an_own_one_is_changed_by_its_own_commands() -> None:
    made = plan(OWN, covering="org-own", organisation="乙党支部", type="general_branch", approved_on="2025-08-01")
    assert steps(made) == [
        ("RenameOrganisation", {"organisation": "org-own", "name": "乙党支部"}),
        ("ChangeOrganisationType", {"organisation": "org-own", "type": "general_branch"}),
    ]
    assert needs(made) == ["approved_on"]
    assert needs(plan(OWN, covering="org-own", form=CLEAR)) == ["form"]
    assert needs(plan(OWN, covering="org-own", form="joint")) == ["form"]
    assert needs(plan(OWN, covering="org-own", term_ends="2028-01-01")) == ["term_ends"]


def test_joining_another() -> None:
    joinable = (Joinable("org-2", "joint"), Joinable("org-3", "regional"))
    made = plan(JOINT, covering="org-joint", joinable=joinable, organisation="另一联合党支部")
    assert steps(made) == [
        ("LeaveOrganisation", {"organisation": "org-joint"}), ("JoinOrganisation", {"organisation": "org-2"}),
    ]  # fmt: skip
    assert needs(plan(form="grid", organisation="没有的", joinable=joinable)) == ["organisation"]
    assert needs(plan(form="joint")) == ["form"]
    assert needs(plan(JOINT, covering="org-joint", type="committee")) == ["type"]
    assert needs(plan(organisation="没有组建形式")) == ["organisation"]


def test_a_person_is_needed_for_an_adviser() -> None:
    assert needs(plan(adviser="any")) == ["adviser"]
    assert needs(plan({"adviser": "other"}, adviser="community")) == ["adviser"]
    assert needs(plan({"adviser": "other"}, adviser="any")) == []


def test_decisions_are_proposed() -> None:
    made = plan(not_ready_reason="筹备", not_ready_review="2026-09-01", scope_reason="duplicate")
    assert steps(made) == [
        ("ProposeNotReady", {"reason": "筹备", "review_date": "2026-09-01"}),
        ("ProposeScope", {"in_scope": False, "reason": "duplicate"}),
    ]
    standing = {"not_ready_reason": "筹备", "not_ready_review": "2026-09-01", "not_ready_state": "confirmed"}
    assert steps(plan(standing, not_ready_reason=CLEAR))[0][0] == "EndNotReady"
    assert needs(plan({**standing, "not_ready_state": "proposed"}, not_ready_reason=CLEAR)) == ["not_ready_reason"]
    assert needs(plan(not_ready_reason="筹备")) == ["not_ready_reason"]


def test_a_reason_for_having_none_beside_one_is_a_contradiction() -> None:
    with pytest.raises(Refused) as raised:
        plan(form="grid", uncovered_reason="other")
    assert raised.value.reason == "reason-and-form"
    assert steps(plan(form=CLEAR, uncovered_reason="other")) == [("StateUncoveredReason", {"reason": "other"})]
