"""A preview folds facts that nobody recorded: what is said before saving is what is counted after it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import date

import pytest

from proto.xianfeng.coverage.v1 import coverage_pb2 as pb
from proto.xianfeng.platform.v1 import log_pb2
from services.coverage.domain.timeline import Assessor
from services.coverage.explain import Explainer
from services.coverage.preview import Previewer
from services.coverage.projections import henan
from services.registry.events import enterprise as say_of
from tests.integration.coverage.test_explain import CODE, ENTERPRISE, OFFICE, TODAY, UNIT, tree
from tests.integration.coverage.world import World, at, world
from xianfeng.clock import ManualClock
from xianfeng.event import Act, Data, Event, acting, subject_id
from xianfeng.refusal import Refused
from xianfeng.rpc.auth import Principal
from xianfeng.store.log import read
from xianfeng.store.pool import open_pool

RULES = henan()


class Log:
    """Registry's log, read without a network."""

    def __init__(self, told: World) -> None:
        self._told = told

    async def Read(self, request: log_pb2.ReadRequest, timeout: float) -> AsyncIterator[log_pb2.ReadResponse]:  # noqa: N802
        rows = read(self._told.registry, "registry", after=0, limit=1000)
        yield log_pb2.ReadResponse(
            events=[log_pb2.RecordedEvent(event=row.raw) for row in rows if row.subject == request.subject]
        )


@pytest.fixture
def told(database: str) -> Iterator[World]:
    with world(database, TODAY) as made:
        made.tell(ENTERPRISE, say_of.EnterpriseRegistered(code=CODE, name="山阳物业", unit=UNIT), "2021-09-01")
        made.fold()
        yield made


@pytest.fixture
async def previewer(told: World) -> AsyncIterator[Previewer]:
    async with open_pool(told.conninfo("coverage")) as pool:
        yield Previewer(Explainer(pool, tree(), Assessor(RULES), Log(told)))


def meant(data: Data, effective: date, version: int = 2, subject: str = ENTERPRISE) -> bytes:
    """The bytes of an event as a rehearsal gives them: recorded nowhere."""
    with acting(Act("acc-1", "correlation-1", "", effective)):
        return Event.make(subject, version, data, source="", clock=ManualClock(at(TODAY))).raw


async def test_a_count_to_come_says_what_it_will_oblige_to(previewer: Previewer, told: World) -> None:
    raw = meant(say_of.EnterpriseMembersCounted(formal=3, probationary=0), TODAY)
    answer = await previewer.preview(pb.PreviewRequest(enterprise=CODE, events=[raw]), OFFICE)
    assert (answer.before.status, answer.before.duty) == ("none", "survey")
    assert (answer.after.status, answer.after.duty, answer.after.since) == ("none", "form_organisation", "2022-03-01")
    assert "3名以上正式党员" in answer.after.clause_text
    told.tell(ENTERPRISE, say_of.EnterpriseMembersCounted(formal=3, probationary=0), TODAY)
    told.fold()
    after = await previewer.preview(pb.PreviewRequest(enterprise=CODE), OFFICE)
    assert after.before == answer.after


async def test_a_future_fact_is_compared_on_its_own_day(previewer: Previewer) -> None:
    raw = meant(say_of.EnterpriseRegistryStatusChanged(registry_status="deregistered"), date(2022, 5, 1))
    answer = await previewer.preview(pb.PreviewRequest(enterprise=ENTERPRISE, events=[raw]), OFFICE)
    assert answer.day == "2022-05-01"
    assert (answer.before.status, answer.after.status) == ("none", "inactive")


async def test_events_of_others_do_not_count(previewer: Previewer) -> None:
    other = meant(say_of.EnterpriseMembersCounted(formal=3), TODAY, subject=subject_id("ent", "other"))
    answer = await previewer.preview(pb.PreviewRequest(enterprise=CODE, events=[other]), OFFICE)
    assert answer.before == answer.after


@pytest.mark.parametrize("raw", [b"", b"{}", b"\xff", b'{"id":"1"}'])
async def test_what_is_no_event_is_refused(previewer: Previewer, raw: bytes) -> None:
    with pytest.raises(Refused, match="不是登记服务的事件"):
        await previewer.preview(pb.PreviewRequest(enterprise=CODE, events=[raw]), OFFICE)


async def test_an_enterprise_previews_itself_alone(previewer: Previewer) -> None:
    firm = Principal("acc-2", "enterprise", "", subject_id("ent", "another"))
    with pytest.raises(Refused):
        await previewer.preview(pb.PreviewRequest(enterprise=CODE), firm)
