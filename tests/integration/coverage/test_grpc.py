"""Coverage's gRPC server: who may call what, what is refused and how, and watching over the wire."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import date
from typing import Any

import grpc
import pytest
from google.protobuf.message_factory import GetMessageClass
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from proto.xianfeng.coverage.v1 import coverage_pb2 as pb
from proto.xianfeng.coverage.v1.coverage_pb2_grpc import CoverageStub
from services.coverage.server import CoverageServer
from services.registry.events import enterprise as say_of
from tests.integration.coverage.test_explain import CITY, CODE, ENTERPRISE, UNIT
from tests.integration.coverage.world import World, world
from xianfeng.rpc.auth import Principal
from xianfeng.rpc.channel import open_aio_channel
from xianfeng.rpc.errors import describe
from xianfeng.units import Opened

TODAY = date(2022, 3, 1)
KEY = b"k" * 32
READERS = ("administrator", "organisation_department", "sub_district", "auditor")
METHODS = [(service, method) for service in pb.DESCRIPTOR.services_by_name.values() for method in service.methods]


@pytest.fixture
def told(database: str) -> Iterator[World]:
    with world(database, TODAY) as made:
        made.tell(ENTERPRISE, say_of.EnterpriseRegistered(code=CODE, name="山阳物业", unit=UNIT), "2021-09-01")
        made.fold()
        yield made


@pytest.fixture
async def server(told: World) -> AsyncIterator[CoverageServer]:
    made = CoverageServer(
        told.conninfo("coverage"),
        "127.0.0.1:0",
        signing_key=KEY,
        clock=told.clock,
        root="410800",
        registry="127.0.0.1:1",
    )
    grow(made)
    await made.open()
    await made.rpc.start()
    yield made
    await made.stop_serving()
    await made.close()


def grow(server: CoverageServer) -> None:
    tree = server.units.tree
    tree.apply(Opened("u1", "100000", "中华人民共和国", "nation", None, 0, date(1980, 1, 1)))
    tree.apply(Opened(CITY, "410800", "焦作市", "city", "u1", 0, date(1980, 1, 1)))
    tree.apply(Opened(UNIT, "410811", "山阳区", "county", CITY, 0, date(1980, 1, 1)))


def channel(server: CoverageServer, role: str | None) -> grpc.aio.Channel:
    token = server.tokens.issue(Principal("acc-1", role, CITY)) if role else None
    return open_aio_channel(f"127.0.0.1:{server.rpc.port}", token)


async def call(server: CoverageServer, service: Any, method: Any, request: Any, role: str | None) -> Any:
    """One call; of a stream the first message."""
    answer = GetMessageClass(method.output_type)
    async with channel(server, role) as opened:
        kind = opened.unary_stream if method.server_streaming else opened.unary_unary
        ask = kind(
            f"/{service.full_name}/{method.name}", request_serializer=type(request).SerializeToString,
            response_deserializer=answer.FromString,
        )  # fmt: skip
        answering = ask(request, timeout=10)
        return await (answering.read() if method.server_streaming else answering)


@pytest.mark.parametrize(("service", "method"), METHODS, ids=lambda one: one.name)
async def test_nothing_answers_without_a_token_or_with_a_wrong_role(
    server: CoverageServer, service: Any, method: Any
) -> None:
    request = GetMessageClass(method.input_type)()
    for role, code in ((None, grpc.StatusCode.UNAUTHENTICATED), ("nobody", grpc.StatusCode.PERMISSION_DENIED)):
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await call(server, service, method, request, role)
        assert refused.value.code() == code


async def test_every_method_has_its_line_in_the_table_of_roles(server: CoverageServer) -> None:
    guard = server.rpc
    assert {f"/{service.full_name}/{method.name}" for service, method in METHODS} <= set(guard.methods)


@pytest.mark.parametrize("role", READERS)
async def test_readers_read(server: CoverageServer, role: str) -> None:
    async with channel(server, role) as opened:
        answer = await CoverageStub(opened).Overview(pb.FiguresRequest())
    assert answer.figures.registered == 1
    assert [child.unit.name for child in answer.children] == ["山阳区"]
    assert answer.basis.rule_set


async def test_an_enterprise_reads_no_figures_and_no_lists(server: CoverageServer) -> None:
    async with channel(server, "enterprise") as opened:
        for ask, request in (
            (CoverageStub(opened).Figures, pb.FiguresRequest()),
            (CoverageStub(opened).List, pb.ListRequest()),
        ):
            with pytest.raises(grpc.aio.AioRpcError) as refused:
                await ask(request)
            assert refused.value.code() == grpc.StatusCode.PERMISSION_DENIED


async def test_a_refusal_names_the_field_and_what_to_do(server: CoverageServer) -> None:
    async with channel(server, "auditor") as opened:
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await CoverageStub(opened).Figures(pb.FiguresRequest(unit="没有的单位"))
    problem = describe(refused.value)
    assert refused.value.code() == grpc.StatusCode.NOT_FOUND
    assert [violation.field for violation in problem.violations] == ["unit"]
    assert problem.remedy


async def test_registry_away_is_said_and_figures_go_on(server: CoverageServer) -> None:
    async with channel(server, "auditor") as opened:
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await CoverageStub(opened).Explain(pb.ExplainRequest(enterprise=CODE))
        assert describe(refused.value).reason == "registry-away"
        assert (await CoverageStub(opened).Figures(pb.FiguresRequest())).figures.registered == 1


async def test_a_commit_reaches_who_watches(server: CoverageServer, told: World) -> None:
    async with channel(server, "auditor") as opened:
        stream = CoverageStub(opened).Watch(pb.WatchRequest(unit="410811"))
        assert (await stream.read()).figures.unsurveyed == 1
        told.tell(ENTERPRISE, say_of.EnterpriseMembersCounted(formal=3), "2022-02-01")
        await asyncio.to_thread(told.fold)
        server.changed()
        seen = await asyncio.wait_for(stream.read(), 5)
        assert (seen.figures.unsurveyed, seen.figures.by_duty["form_organisation"]) == (0, 1)


async def test_watching_ends_when_the_server_stops(server: CoverageServer) -> None:
    async with channel(server, "auditor") as opened:
        stream = CoverageStub(opened).Watch(pb.WatchRequest())
        await stream.read()
        await server.stop_serving()
        with pytest.raises(grpc.aio.AioRpcError) as ended:
            await stream.read()
        assert ended.value.code() == grpc.StatusCode.UNAVAILABLE


_TEXT = st.text(max_size=300) | st.sampled_from(
    ["\0", "410800", CODE, "9999-12-31", "0001-01-01", "%", "'", "长" * 5000]
)
_VALUES = {"string": _TEXT, "bool": st.booleans(), "int32": st.integers(-(2**31), 2**31 - 1)}
_VALUES["bytes"] = st.lists(st.binary(max_size=300), max_size=3)


@pytest.mark.parametrize(("service", "method"), [m for m in METHODS if m[1].name != "Watch"], ids=lambda one: one.name)
async def test_wrong_and_huge_values_are_answered_or_refused(server: CoverageServer, service: Any, method: Any) -> None:
    """No value makes the server fail: every answer is one, or a refusal with a reason."""
    fields = {field.name: _VALUES[_kind(field)] for field in method.input_type.fields}
    requests: list[dict[str, Any]] = []

    @settings(max_examples=60, database=None, suppress_health_check=list(HealthCheck))
    @given(st.fixed_dictionaries({}, optional=fields))
    def gather(values: dict[str, Any]) -> None:
        requests.append(values)

    gather()
    allowed = {grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.NOT_FOUND, grpc.StatusCode.UNAVAILABLE}
    for values in requests:
        try:
            await call(server, service, method, GetMessageClass(method.input_type)(**values), "auditor")
        except grpc.aio.AioRpcError as refused:
            assert refused.code() in allowed, (values, refused.details())


def _kind(field: Any) -> str:
    kinds = {field.TYPE_STRING: "string", field.TYPE_BOOL: "bool", field.TYPE_INT32: "int32", field.TYPE_BYTES: "bytes"}
    return kinds[field.type]
