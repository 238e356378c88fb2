"""Lists of projects, of organisations and of warnings agree with the figures and with the facts, on any day."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from proto.xianfeng.coverage.v1 import coverage_pb2 as pb
from services.coverage.domain.warnings import WARNINGS
from services.coverage.projections import henan
from services.coverage.queries.figures import FigureQueries
from services.coverage.queries.lists import ListQueries
from services.coverage.queries.organisations import OrganisationQueries
from services.coverage.queries.projects import ProjectQueries
from services.coverage.queries.warning_lists import OF_ORGANISATIONS
from services.registry.events import enterprise as firm
from services.registry.events import organisation as party
from services.registry.events import project as site
from tests.integration.coverage.test_explain import CITY, OTHER, TODAY, UNIT, tree
from tests.integration.coverage.world import World, world
from xianfeng.event import subject_id
from xianfeng.refusal import Refused
from xianfeng.store.pool import Pool
from xianfeng.words import say

RULES = henan()
FIRST = date(2021, 9, 1)
FIRMS = [subject_id("ent", name) for name in "abcdef"]
MANY = [subject_id("ent", f"many-{number}") for number in range(6)]
JOINT, OWN, FORMING, LARGE = (subject_id("org", name) for name in ("joint", "own", "forming", "large"))
DAYS = [FIRST, date(2021, 11, 15), date(2021, 12, 31), TODAY - timedelta(1), TODAY]


@pytest.fixture(scope="module")
def told(postgres_dsn: str) -> Iterator[World]:
    with world(postgres_dsn, TODAY) as made:
        tell_firms(made)
        tell_large(made)
        tell_projects(made, random.Random(11))
        made.fold()
        yield made


def tell_firms(told: World) -> None:
    """Four in a joint organisation from December on, one of which leaves; one with its own, below the threshold."""
    for number, subject in enumerate(FIRMS):
        code = f"91410800MA000000{number:02}"
        told.tell(subject, firm.EnterpriseRegistered(code=code, name=f"甲{number}物业", unit=UNIT), FIRST)
        told.tell(subject, firm.EnterpriseMembersCounted(formal=2), FIRST)
    for subject, name, form in (
        (JOINT, "联合党支部", "joint"),
        (OWN, "单独党支部", "own"),
        (FORMING, "在建党支部", "joint"),
    ):
        of = FIRMS[5] if form == "own" else None
        told.tell(subject, party.OrganisationOpened(name=name, form=form, unit=UNIT, of=of), FIRST)
    for subject in (JOINT, OWN):
        told.tell(subject, party.OrganisationStepRecorded(step="approved", on=date(2021, 10, 1)), "2021-10-01")
    told.tell(JOINT, party.OrganisationTermSet(number=1, begins=FIRST, ends=date(2022, 4, 1)), "2021-10-01")
    for subject in FIRMS[:4]:
        told.tell(subject, firm.EnterpriseOrganisationJoined(organisation=JOINT, form="joint"), "2021-12-01")
    told.tell(FIRMS[0], firm.EnterpriseOrganisationLeft(organisation=JOINT, cause="left"), "2022-02-01")
    told.tell(FIRMS[5], firm.EnterpriseOrganisationFormed(organisation=OWN), "2021-10-01")


def tell_large(told: World) -> None:
    """Six in one organisation for a while, all but one of them in another county; today only two are left."""
    for number, subject in enumerate(MANY):
        code, unit = f"91410800MA000001{number:02}", OTHER if number == 0 else UNIT
        told.tell(subject, firm.EnterpriseRegistered(code=code, name=f"乙{number}物业", unit=unit), FIRST)
    told.tell(LARGE, party.OrganisationOpened(name="大联合党支部", form="joint", unit=OTHER), FIRST)
    told.tell(LARGE, party.OrganisationStepRecorded(step="approved", on=date(2021, 12, 1)), "2021-12-01")
    for subject in MANY:
        told.tell(subject, firm.EnterpriseOrganisationJoined(organisation=LARGE, form="joint"), "2021-12-01")
    for subject in MANY[2:]:
        told.tell(subject, firm.EnterpriseOrganisationLeft(organisation=LARGE, cause="left"), "2022-02-01")


def tell_projects(told: World, chance: random.Random) -> None:
    for number in range(60):
        subject, unit = subject_id("prj", str(number)), chance.choice([UNIT, OTHER, CITY])
        days = sorted(FIRST + timedelta(chance.randrange(200)) for _ in range(4))
        told.tell(subject, site.ProjectRegistered(name=f"小区{number:02}", unit=unit), days[0])
        if chance.random() < 0.8:
            told.tell(subject, site.ProjectServiceStarted(enterprise=chance.choice(FIRMS)), days[1])
        if chance.random() < 0.6:
            told.tell(subject, site.ProjectOrganisationCovered(organisation=JOINT, form="joint"), days[2])
        if chance.random() < 0.2:
            told.tell(subject, site.ProjectClosed(reason="拆迁"), days[3])


@pytest.mark.parametrize("day", DAYS)
async def test_projects_are_as_many_as_their_figures_say(pool: Pool, day: date) -> None:
    figures, projects = FigureQueries(pool, tree(), RULES), ProjectQueries(pool, tree(), RULES)
    for unit in ("410800", "410811", "410882"):
        figure = (await figures.figures(unit, day.isoformat())).figures
        counted = {
            "projects_served": figure.projects_served, "projects_covered": figure.projects_covered,
            "projects_uncovered": figure.projects_served - figure.projects_covered,
        }  # fmt: skip
        for name, value in counted.items():
            found = await projects.page(pb.ListProjectsRequest(unit=unit, day=day.isoformat(), filter=name))
            assert (found.total, len(found.rows)) == (value, value)
            assert all(row.served and row.enterprise.name.startswith("甲") for row in found.rows)
            assert all(
                bool(row.form) == (name == "projects_covered") for row in found.rows if name != "projects_served"
            )
            assert [unit.code for unit in found.path][-1] == unit


async def test_an_organisation_has_the_members_of_the_day(pool: Pool) -> None:
    organisations = OrganisationQueries(pool, tree(), RULES)

    async def members(day: str) -> dict[str, list[str]]:
        found = await organisations.page(pb.ListOrganisationsRequest(unit="410811", day=day))
        return {row.name: [one.name for one in row.enterprises] for row in found.rows}

    own = ["甲5物业"]
    assert await members("2021-09-15") == {}
    assert await members("2021-11-01") == {"单独党支部": own, "联合党支部": []}
    assert await members("2022-01-31") == {"单独党支部": own, "联合党支部": [f"甲{n}物业" for n in range(4)]}
    for today in ("", TODAY.isoformat()):
        assert await members(today) == {"单独党支部": own, "联合党支部": [f"甲{n}物业" for n in range(1, 4)]}
    (large,) = (await organisations.page(pb.ListOrganisationsRequest(unit="410882"))).rows
    assert [one.name for one in large.enterprises] == ["乙0物业"]


async def test_an_organisation_is_warned_of_all_its_members_of_the_day_wherever_they_are(pool: Pool) -> None:
    enterprises, organisations = ListQueries(pool, tree(), RULES), OrganisationQueries(pool, tree(), RULES)
    text = say("coverage.warning.joint_over_five")
    for day, warned in (("2021-11-30", False), ("2022-01-31", True), ("2022-02-01", False), ("", False)):
        rows = (await organisations.page(pb.ListOrganisationsRequest(unit="410882", day=day))).rows
        assert [row.name for row in rows if text in row.warnings] == ["大联合党支部"] * warned, day
        asked = pb.ListOrganisationsRequest(unit="410882", day=day, warning="joint_over_five")
        assert [row.name for row in (await organisations.page(asked)).rows] == ["大联合党支部"] * warned, day
        borne = await enterprises.page(pb.ListRequest(unit="410882", day=day, warning="joint_over_five"))
        assert [row.name for row in borne.rows] == ["乙0物业"] * warned, day


@pytest.mark.parametrize("day", [date(2021, 12, 15), TODAY])
async def test_a_list_of_a_warning_names_whoever_bears_it(pool: Pool, day: date) -> None:
    enterprises, organisations = ListQueries(pool, tree(), RULES), OrganisationQueries(pool, tree(), RULES)
    everyone = (await enterprises.page(pb.ListRequest(day=day.isoformat(), warnings=True))).rows
    standing = (await organisations.page(pb.ListOrganisationsRequest(day=day.isoformat()))).rows
    bearing = 0
    for name in WARNINGS:
        text = say(f"coverage.warning.{name}")
        found = await enterprises.page(pb.ListRequest(day=day.isoformat(), warning=name))
        assert [row.subject for row in found.rows] == [row.subject for row in everyone if text in row.warnings], name
        bearing += found.total
        if name in OF_ORGANISATIONS:
            listed = await organisations.page(pb.ListOrganisationsRequest(day=day.isoformat(), warning=name))
            assert [row.name for row in listed.rows] == [row.name for row in standing if text in row.warnings], name
    assert bearing
    ending = await organisations.page(pb.ListOrganisationsRequest(day="2022-03-01", warning="term_ending"))
    assert [row.name for row in ending.rows] == ["联合党支部"]


async def test_what_cannot_be_asked_is_refused(pool: Pool) -> None:
    enterprises, organisations = ListQueries(pool, tree(), RULES), OrganisationQueries(pool, tree(), RULES)
    projects = ProjectQueries(pool, tree(), RULES)
    for call, reason in (
        (enterprises.page(pb.ListRequest(warning="late")), "bad-warning"),
        (organisations.page(pb.ListOrganisationsRequest(form="none")), "bad-form"),
        (organisations.page(pb.ListOrganisationsRequest(warning="branch_too_large")), "bad-warning"),
        (projects.page(pb.ListProjectsRequest(filter="unsurveyed")), "bad-filter"),
        (projects.page(pb.ListProjectsRequest(sort="due")), "bad-sort"),
    ):
        with pytest.raises(Refused) as refused:
            await call
        assert refused.value.reason == reason
