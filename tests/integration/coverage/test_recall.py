"""What was known then is what was shown then: figures and lists of past instants, whatever was recorded since."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from datetime import date, datetime, timedelta

import grpc
import pytest

from proto.xianfeng.coverage.v1 import coverage_pb2 as pb
from proto.xianfeng.platform.v1.log_pb2_grpc import EventLogStub
from services.coverage.projections import henan
from services.coverage.queries.kept import KeptAnswers
from services.coverage.questions import Questions
from services.coverage.recall.recalls import Recalls
from services.coverage.stream import Units
from services.registry.events import enterprise as say_of
from services.registry.events.unit import UnitOpened, UnitRenamed
from tests.integration.coverage.world import World, at, served_log, world
from xianfeng.bus.aside import retire_forgotten
from xianfeng.bus.builds import drop_retired, read_builds
from xianfeng.event import Data, subject_id
from xianfeng.refusal import Refused
from xianfeng.store.log import read
from xianfeng.store.pool import Pool

RULES = henan()
NATION, CITY, *COUNTIES = (subject_id("unit", code) for code in ("100000", "410800", "410811", "410882"))
ENTERPRISES = [subject_id("ent", str(number)) for number in range(12)]
BEGAN = date(2022, 3, 1)
WAIT = 30.0


@pytest.fixture
def told(database: str) -> Iterator[World]:
    with world(database, BEGAN) as made:
        opened = (
            ("100000", "中华人民共和国", "nation", None), ("410800", "焦作市", "city", NATION),
            ("410811", "山阳区", "county", CITY), ("410882", "沁阳市", "county", CITY),
        )  # fmt: skip
        for code, name, level, parent in opened:
            data = UnitOpened(code=code, name=name, level=level, parent=parent, order=0)
            made.tell(subject_id("unit", code), data, "1980-01-01")
        yield made


@pytest.fixture
async def recalls(told: World, pool: Pool, log: EventLogStub) -> AsyncIterator[Recalls]:
    made = recalls_of(told, pool, log)
    yield made
    await made.close()


def recalls_of(told: World, pool: Pool, log: EventLogStub) -> Recalls:
    return Recalls(told.conninfo("coverage"), pool, log, RULES, clock=told.clock, root="410800")


async def recalled(recalls: Recalls, known_at: str) -> Questions:
    """Wait until it can be asked."""
    async with asyncio.timeout(WAIT):
        while not (found := await recalls.recall(known_at)).ready:
            assert not found.problem
            await asyncio.sleep(0.01)
    return await recalls.questions(known_at)


def something(chance: random.Random, today: date, registered: set[str]) -> tuple[str, Data, date]:
    """A fact of an enterprise: of today, of before, or of a day to come."""
    subject = chance.choice(ENTERPRISES)
    day = today + timedelta(chance.randint(-40, 20))
    if subject not in registered:
        registered.add(subject)
        number = ENTERPRISES.index(subject)
        code, name = f"91410800MA{number:08d}", f"第{number}物业"
        return subject, say_of.EnterpriseRegistered(code=code, name=name, unit=chance.choice(COUNTIES)), day
    facts: list[Data] = [
        say_of.EnterpriseMembersCounted(formal=chance.randint(0, 5)),
        say_of.EnterprisePlaced(unit=chance.choice(COUNTIES)),
        say_of.EnterpriseAdviserAssigned(adviser=subject_id("adv", "a"), kind="other", until=day + timedelta(15)),
        say_of.EnterpriseRegistryStatusChanged(registry_status=chance.choice(("active", "deregistered"))),
    ]
    return subject, chance.choice(facts), day


def tree_of(told: World) -> Units:
    units = Units("410800")
    for row in read(told.registry, "registry", limit=10_000):
        if row.type.startswith("unit."):
            units.take(row.position, row.raw)
    return units


async def shown(questions: Questions, day: date) -> tuple[pb.OverviewResponse, pb.ListResponse]:
    """What offices see of a day, but for what it stands on."""
    overview = await questions.figures.overview("", day.isoformat())
    listed = await questions.lists.enterprises.page(pb.ListRequest(day=day.isoformat(), warnings=True))
    overview_, listed_ = pb.OverviewResponse(), pb.ListResponse()
    overview_.CopyFrom(overview)
    listed_.CopyFrom(listed)
    overview_.ClearField("basis")
    listed_.ClearField("basis")
    return overview_, listed_


@pytest.mark.parametrize("seed", range(3))
async def test_what_was_known_then_is_what_was_shown_then(told: World, pool: Pool, recalls: Recalls, seed: int) -> None:
    chance, registered = random.Random(seed), set[str]()
    saw = []
    for step in range(4):
        told.pass_to(BEGAN + timedelta(10 * step))
        for _ in range(15):
            told.tell(*something(chance, told.today, registered))
        if step == 2:
            told.tell(COUNTIES[0], UnitRenamed(name="山阳新区"), told.today)
        told.fold()
        now = Questions(pool, tree_of(told).tree, RULES, KeptAnswers(_always, lambda: None))
        days = [told.today, told.today - timedelta(20), told.today + timedelta(10)]
        saw.append((at(told.today, 12), days, [await shown(now, day) for day in days]))
    told.pass_to(told.today + timedelta(1))
    for instant, days, was in reversed(saw):
        questions = await recalled(recalls, instant.isoformat())
        for day, one in zip(days, was, strict=True):
            assert await shown(questions, day) == one, (instant, day)
        overview = await questions.figures.overview("")
        assert overview.basis.business_date == overview.figures.day == days[0].isoformat()
        assert datetime.fromisoformat(overview.basis.known_at) == at(days[0])


async def _always() -> tuple[()]:
    return ()


async def test_only_what_was_recalled_is_answered(told: World, recalls: Recalls) -> None:
    told.tell(ENTERPRISES[0], say_of.EnterpriseRegistered(code="91410800MA00000000", name="甲", unit=COUNTIES[0]))
    instant = at(BEGAN, 10).isoformat()
    told.pass_to(BEGAN + timedelta(1))
    with pytest.raises(Refused) as refused:
        await recalls.questions(instant)
    assert refused.value.reason == "not-recalled"
    begun = await recalls.recall(instant)
    assert (begun.ready, begun.position) == (False, 5)
    questions = await recalled(recalls, instant)
    assert (await questions.figures.figures("", "")).figures.registered == 1


@pytest.mark.parametrize(
    ("known_at", "reason"),
    [("gestern", "bad-instant"), ("2022-03-01T12:00:00", "bad-instant"), ("2031-01-01T00:00:00+08:00", "future"),
     ("2001-01-01T00:00:00+08:00", "nothing-known")],
)  # fmt: skip
async def test_an_instant_of_which_nothing_can_be_known_is_refused(
    recalls: Recalls, known_at: str, reason: str
) -> None:
    for ask in (recalls.recall, recalls.questions):
        with pytest.raises(Refused) as refused:
            await ask(known_at)
        assert refused.value.reason == reason


async def test_few_are_kept_and_the_others_leave_nothing_behind(told: World, recalls: Recalls) -> None:
    instants = []
    for day in range(5):
        told.pass_to(BEGAN + timedelta(day))
        data = say_of.EnterpriseRegistered(code=f"91410800MA0000000{day}", name=f"{day}物业", unit=COUNTIES[0])
        told.tell(ENTERPRISES[day], data)
        instants.append(at(told.today, 10).isoformat())
    told.pass_to(told.today + timedelta(1))
    for instant in instants:
        await recalled(recalls, instant)
    states = [row.state for row in read_builds(told.coverage, "coverage")]
    assert states == ["serving", "retired", "retired", "aside", "aside", "aside"]
    drop_retired(told.coverage, told.projection, 0.0)
    assert len(read_builds(told.coverage, "coverage")) == 4
    left = told.coverage.execute("select count(distinct build) from place where projection = 'coverage'").fetchone()
    assert left == (4,)
    questions = await recalled(recalls, instants[0])
    assert (await questions.figures.figures("", "")).figures.registered == 1


async def test_what_was_retired_meanwhile_is_made_again(told: World, recalls: Recalls) -> None:
    told.tell(ENTERPRISES[0], say_of.EnterpriseRegistered(code="91410800MA00000000", name="甲", unit=COUNTIES[0]))
    told.pass_to(BEGAN + timedelta(1))
    instant = at(BEGAN, 10).isoformat()
    await recalled(recalls, instant)
    told.coverage.execute("update build set since = now() - interval '61 minutes' where state = 'aside'")
    retire_forgotten(told.coverage, "coverage")
    assert [row.state for row in read_builds(told.coverage, "coverage")] == ["serving", "retired"]
    assert not (await recalls.recall(instant)).ready
    await recalled(recalls, instant)


async def test_while_registry_is_away_it_says_so_and_goes_on_later(told: World, pool: Pool) -> None:
    told.tell(ENTERPRISES[0], say_of.EnterpriseRegistered(code="91410800MA00000000", name="甲", unit=COUNTIES[0]))
    told.pass_to(BEGAN + timedelta(1))
    instant = at(BEGAN, 10).isoformat()
    async with served_log(told) as log, grpc.aio.insecure_channel("127.0.0.1:1") as nowhere:
        away = EventLogStub(nowhere)
        away.MarkAt = log.MarkAt
        made = recalls_of(told, pool, away)
        problem = ""
        async with asyncio.timeout(WAIT):
            while not problem:
                problem = (await made.recall(instant)).problem
        assert "登记服务" in problem
        assert [row.state for row in read_builds(told.coverage, "coverage")] == ["serving", "retired"]
        away.Read = log.Read
        await recalled(made, instant)
        await made.close()
