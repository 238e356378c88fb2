"""An explanation says what is counted, by which row and clause, from which events; now and as known then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from proto.xianfeng.coverage.v1 import coverage_pb2 as pb
from proto.xianfeng.platform.v1.log_pb2_grpc import EventLogStub
from services.coverage.domain.timeline import Assessor
from services.coverage.explain import Explainer
from services.coverage.projections import henan
from services.coverage.queries.figures import FigureQueries
from services.coverage.queries.lists import ListQueries
from services.registry.events import enterprise as say_of
from tests.integration.coverage.world import World, at, world
from xianfeng.event import subject_id
from xianfeng.refusal import Refused
from xianfeng.rpc.auth import Principal
from xianfeng.store.pool import Pool
from xianfeng.units import Opened, UnitTree

RULES = henan()
OFFICE = Principal("acc-1", "organisation_department")
UNIT, CITY, OTHER = subject_id("unit", "410811"), subject_id("unit", "410800"), subject_id("unit", "410882")
ENTERPRISE, ORGANISATION, ADVISER = subject_id("ent", "a"), subject_id("org", "a"), subject_id("adv", "a")
CODE = "91410800MA00000018"
TODAY = date(2022, 3, 1)


def tree() -> UnitTree:
    grown = UnitTree("410800")
    grown.apply(Opened("u1", "100000", "中华人民共和国", "nation", None, 0, date(1980, 1, 1)))
    grown.apply(Opened(CITY, "410800", "焦作市", "city", "u1", 0, date(1980, 1, 1)))
    grown.apply(Opened(UNIT, "410811", "山阳区", "county", CITY, 0, date(1980, 1, 1)))
    grown.apply(Opened(OTHER, "410882", "沁阳市", "county", CITY, 0, date(1980, 1, 1)))
    return grown


@pytest.fixture
def told(database: str) -> Iterator[World]:
    with world(database, TODAY) as made:
        yield made


@pytest.fixture
def explainer(pool: Pool, log: EventLogStub) -> Explainer:
    return Explainer(pool, tree(), Assessor(RULES), log)


@pytest.fixture
def listed(pool: Pool) -> ListQueries:
    return ListQueries(pool, tree(), RULES)


def register(told: World, effective: str = "2021-09-01") -> None:
    registered = say_of.EnterpriseRegistered(code=CODE, name="山阳物业", unit=UNIT)
    told.tell(ENTERPRISE, registered, effective)


async def test_the_duty_to_form_is_explained_with_its_clause_and_facts(told: World, explainer: Explainer) -> None:
    register(told)
    counted = told.tell(ENTERPRISE, say_of.EnterpriseMembersCounted(formal=3, probationary=1), "2022-02-01")
    told.fold()
    answer = await explainer.explain(pb.ExplainRequest(enterprise=CODE), OFFICE)
    assert (answer.row.status, answer.row.duty) == ("none", "form_organisation")
    assert (answer.row.since, answer.row.due) == ("2022-02-01", "2022-05-02")
    assert "3名以上正式党员" in answer.duty_clause_text
    assert answer.duty_clause == f"{RULES.document} 二（二）"
    assert answer.table_row == ("状态第9行“未覆盖”：以上各行都不成立；待办第4行“应建未建”：没有党组织，正式党员3名以上")
    assert [unit.name for unit in answer.path] == ["焦作市", "山阳区"]
    formal = next(fact for fact in answer.facts if fact.slot == "formal")
    assert (formal.value, formal.event, formal.version, formal.in_force) == ("3名（社区核实）", counted.id, 2, True)
    assert (formal.actor, formal.recorded) == ("acc-1", counted.time)
    assert [(getattr(one, "from"), one.until, one.duty) for one in answer.history] == [
        ("2021-09-01", "2022-01-31", "survey"),
        ("2022-02-01", "", "form_organisation"),
    ]


async def test_a_voided_fact_is_shown_and_decides_nothing(told: World, explainer: Explainer) -> None:
    register(told)
    wrong = told.tell(ENTERPRISE, say_of.EnterpriseMembersCounted(formal=3), "2022-02-01")
    told.tell(ENTERPRISE, say_of.EnterpriseFactVoided(event=wrong.id, version=2, reason="录错"), "2022-02-01")
    told.fold()
    answer = await explainer.explain(pb.ExplainRequest(enterprise=ENTERPRISE), OFFICE)
    assert answer.row.duty == "survey"
    formal = next(fact for fact in answer.facts if fact.slot == "formal")
    assert formal.voided
    assert not formal.in_force


async def test_as_known_then_leaves_out_what_came_later(told: World, explainer: Explainer) -> None:
    register(told)
    told.fold()
    told.pass_to(date(2022, 3, 5))
    told.tell(ENTERPRISE, say_of.EnterpriseMembersCounted(formal=3), "2021-12-01")
    told.fold()
    request = pb.ExplainRequest(enterprise=CODE, day="2022-03-01")
    assert (await explainer.explain(request, OFFICE)).row.duty == "form_organisation"
    request.known_at = at(date(2022, 3, 2)).isoformat()
    assert (await explainer.explain(request, OFFICE)).row.duty == "survey"
    request.known_at = at(date(2022, 2, 1)).isoformat()
    with pytest.raises(Refused, match="2022-02-01"):
        await explainer.explain(request, OFFICE)


async def test_what_is_listed_is_what_is_explained(told: World, explainer: Explainer, listed: ListQueries) -> None:
    register(told)
    told.tell(ENTERPRISE, say_of.EnterpriseMembersCounted(formal=1), "2021-10-01")
    assigned = say_of.EnterpriseAdviserAssigned(adviser=ADVISER, kind="other", until=date(2021, 12, 31))
    told.tell(ENTERPRISE, assigned, "2021-11-01")
    joined = say_of.EnterpriseOrganisationJoined(organisation=ORGANISATION, form="joint")
    told.tell(ENTERPRISE, joined, "2022-02-15")
    told.tell(ENTERPRISE, say_of.EnterpriseRegistryStatusChanged(registry_status="deregistered"), "2022-04-01")
    told.fold()
    found = set()
    for day in ("2021-09-30", "2021-10-31", "2021-12-31", "2022-01-01", "2022-02-15", "2022-03-01", "2022-04-01"):
        (row,) = (await listed.page(pb.ListRequest(day=day, warnings=True))).rows
        explained = await explainer.explain(pb.ExplainRequest(enterprise=CODE, day=day), OFFICE)
        assert explained.row == row, day
        found.add((row.status, row.duty))
    assert found == {("none", "survey"), ("none", "join"), ("work", "join"), ("joint", ""), ("inactive", "")}


async def test_midnight_makes_rows_and_figures_of_the_next_day(told: World, pool: Pool, listed: ListQueries) -> None:
    register(told)
    told.tell(ENTERPRISE, say_of.EnterpriseMembersCounted(formal=1), "2021-10-01")
    assigned = say_of.EnterpriseAdviserAssigned(adviser=ADVISER, kind="other", until=date(2022, 3, 2))
    told.tell(ENTERPRISE, assigned, "2021-11-01")
    told.fold()
    figures = FigureQueries(pool, tree(), RULES)
    for day, status in ((date(2022, 3, 2), "work"), (date(2022, 3, 3), "none")):
        told.pass_to(day)
        answer = await figures.overview("")
        assert answer.basis.business_date == day.isoformat()
        assert answer.figures.by_status[status] == 1
        assert answer.children[0].by_status[status] == 1
        assert answer.figures.overdue == 1
        assert [row.status for row in (await listed.page(pb.ListRequest())).rows] == [status]


async def test_an_enterprises_account_sees_itself_without_reasons(told: World, explainer: Explainer) -> None:
    register(told)
    told.tell(ENTERPRISE, say_of.EnterpriseUncoveredReasonStated(reason="no_members"), "2021-10-01")
    told.fold()
    own = Principal("acc-2", "enterprise", UNIT, ENTERPRISE)
    answer = await explainer.explain(pb.ExplainRequest(enterprise=CODE), own)
    assert "uncovered_reason" not in {fact.slot for fact in answer.facts}
    other = Principal("acc-3", "enterprise", UNIT, subject_id("ent", "b"))
    with pytest.raises(Refused) as refused:
        await explainer.explain(pb.ExplainRequest(enterprise=CODE), other)
    assert refused.value.kind == "denied"


async def test_one_or_two_members_are_a_band_for_accounts_beside_the_line(told: World, explainer: Explainer) -> None:
    register(told)
    told.tell(ENTERPRISE, say_of.EnterpriseMembersCounted(formal=2, probationary=1, elsewhere=3), "2021-10-01")
    told.fold()

    async def seen(role: str, unit: str = "", enterprise: str = "") -> tuple[bool, list[str]]:
        caller = Principal("acc-4", role, unit, enterprise)
        answer = await explainer.explain(pb.ExplainRequest(enterprise=CODE), caller)
        counts = {fact.slot: fact.value for fact in answer.facts}
        return answer.banded, [
            counts[slot].removesuffix("（社区核实）") for slot in ("formal", "probationary", "elsewhere")
        ]

    for told_apart in (("community", UNIT), ("sub_district", CITY), ("auditor", ""), ("enterprise", "", ENTERPRISE)):
        assert await seen(*told_apart) == (False, ["2名", "1名", "3名"]), told_apart
    for beside in (OTHER, subject_id("unit", "nowhere")):
        assert await seen("community", beside) == (True, ["1–2名", "1–2名", "3名"])


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (pb.ExplainRequest(enterprise="91410800MA0000002X"), "unknown-enterprise"),
        (pb.ExplainRequest(enterprise=""), "unknown-enterprise"),
        (pb.ExplainRequest(enterprise=CODE, day="yesterday"), "bad-day"),
        (pb.ExplainRequest(enterprise=CODE, known_at="2022-01-01"), "bad-instant"),
        (pb.ExplainRequest(enterprise=CODE, known_at="9999-12-31T23:59:59-23:59"), "bad-instant"),
    ],
)
async def test_what_cannot_be_explained_is_refused(
    told: World, explainer: Explainer, request_: pb.ExplainRequest, reason: str
) -> None:
    register(told)
    told.fold()
    with pytest.raises(Refused) as refused:
        await explainer.explain(request_, OFFICE)
    assert refused.value.reason == reason
