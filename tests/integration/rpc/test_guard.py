"""The guard, over a real server: who may call what, and what refusals look like on the other side."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from pydantic import BaseModel, Field

from proto.xianfeng.platform.v1 import operations_pb2, operations_pb2_grpc
from xianfeng.clock import ManualClock
from xianfeng.failure import StartFailure
from xianfeng.refusal import Refused
from xianfeng.rpc.auth import principal
from xianfeng.rpc.caller import Principal
from xianfeng.rpc.channel import open_aio_channel, open_channel
from xianfeng.rpc.errors import describe
from xianfeng.rpc.guard import Guard
from xianfeng.rpc.permissions import Permissions
from xianfeng.rpc.server import RpcServer
from xianfeng.rpc.tokens import Tokens

SERVICE = operations_pb2.DESCRIPTOR.services_by_name["Operations"]
FULL = f"/{SERVICE.full_name}"
OPERATOR = Principal("acc-7", "operator", "unit-1")


class Wanted(BaseModel):
    count: int = Field(ge=1)
    name: str = Field(max_length=3)


class Operations(operations_pb2_grpc.OperationsServicer):
    """Answers each method with one kind of outcome."""

    async def Status(self, request: Any, context: Any) -> Any:  # noqa: N802
        return operations_pb2.ServiceStatus(service=principal().account, version=principal().role)

    def ListDeadLetters(self, request: Any, context: Any) -> Any:  # noqa: N802
        return operations_pb2.ListDeadLettersResponse(total=len(principal().unit))

    async def ReplayDeadLetter(self, request: Any, context: Any) -> Any:  # noqa: N802
        raise Refused(
            "没有这一条", kind="unknown", reason="no-letter", field="id", rule="只能重放现存的", remedy="请刷新"
        )

    async def DiscardDeadLetter(self, request: Any, context: Any) -> Any:  # noqa: N802
        Wanted.model_validate({"count": 0, "name": "13912345678"})

    async def Rebuild(self, request: Any, context: Any) -> Any:  # noqa: N802
        raise RuntimeError("13912345678")


@dataclass
class Served:
    tokens: Tokens
    clock: ManualClock
    server: RpcServer

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server.port}"

    def channel(self, who: Principal | None = OPERATOR) -> grpc.aio.Channel:
        return open_aio_channel(self.address, self.tokens.issue(who) if who else None)


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    clock = ManualClock(datetime(2026, 1, 5, tzinfo=UTC))
    tokens = Tokens(b"k" * 32, clock)
    table = {
        f"{FULL}/{m}": frozenset({"operator"}) for m in ("Status", "ListDeadLetters", "ReplayDeadLetter", "Rebuild")
    }
    table[f"{FULL}/DiscardDeadLetter"] = frozenset({"*"})
    server = RpcServer("127.0.0.1:0", Guard(tokens, Permissions(table)))
    server.add(SERVICE, operations_pb2_grpc.add_OperationsServicer_to_server, Operations())
    await server.start()
    await server.serving(True)
    yield Served(tokens, clock, server)
    await server.stop(0)


async def refused(call: Any) -> grpc.aio.AioRpcError:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    return caught.value


async def test_handlers_know_the_caller_also_on_threads(served: Served) -> None:
    async with served.channel() as channel:
        stub = operations_pb2_grpc.OperationsStub(channel)
        status = await stub.Status(operations_pb2.StatusRequest())
        assert (status.service, status.version) == ("acc-7", "operator")
        assert (await stub.ListDeadLetters(operations_pb2.ListDeadLettersRequest())).total == 6


async def test_the_command_line_s_channel_does_the_same(served: Served) -> None:
    def call() -> str:
        with open_channel(served.address, lambda: served.tokens.issue(OPERATOR)) as channel:
            return str(operations_pb2_grpc.OperationsStub(channel).Status(operations_pb2.StatusRequest()).service)

    assert await asyncio.to_thread(call) == "acc-7"


@pytest.mark.parametrize(
    ("who", "code", "reason"),
    [
        (None, "UNAUTHENTICATED", "no-token"),
        (Principal("acc-8", "auditor"), "PERMISSION_DENIED", "role"),
    ],
)
async def test_no_token_and_a_wrong_role_are_refused(
    served: Served, who: Principal | None, code: str, reason: str
) -> None:
    async with served.channel(who) as channel:
        error = await refused(operations_pb2_grpc.OperationsStub(channel).Status(operations_pb2.StatusRequest()))
    problem = describe(error)
    assert (problem.code, problem.reason) == (code, reason)
    assert problem.message
    assert problem.remedy


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "x" * 5_000])
async def test_broken_tokens_are_refused(served: Served, token: str) -> None:
    async with grpc.aio.insecure_channel(served.address) as channel:
        stub = operations_pb2_grpc.OperationsStub(channel)
        given = (("authorization", f"Bearer {token}"),)
        error = await refused(stub.Status(operations_pb2.StatusRequest(), metadata=given))
    assert error.code() is grpc.StatusCode.UNAUTHENTICATED


async def test_a_token_expires_by_the_clock_port(served: Served) -> None:
    async with served.channel() as channel:
        stub = operations_pb2_grpc.OperationsStub(channel)
        served.clock.set(served.clock.now() + timedelta(hours=12))
        problem = describe(await refused(stub.Status(operations_pb2.StatusRequest())))
    assert (problem.code, problem.reason) == ("UNAUTHENTICATED", "expired-token")


async def test_a_refusal_keeps_field_rule_and_remedy(served: Served) -> None:
    async with served.channel() as channel:
        stub = operations_pb2_grpc.OperationsStub(channel)
        error = await refused(
            stub.ReplayDeadLetter(operations_pb2.DeadLetterRequest(id=1), metadata=(("x-correlation-id", "cor-9"),))
        )
    problem = describe(error)
    assert problem == type(problem)(
        "NOT_FOUND", "没有这一条", "no-letter", "只能重放现存的", "请刷新", "cor-9", (("id", "没有这一条"),)
    )
    assert ("x-correlation-id", "cor-9") in tuple(error.trailing_metadata() or ())


async def test_invalid_fields_are_named_without_their_values(served: Served) -> None:
    async with served.channel(Principal("acc-8", "whoever")) as channel:
        stub = operations_pb2_grpc.OperationsStub(channel)
        error = await refused(stub.DiscardDeadLetter(operations_pb2.DeadLetterRequest(id=1)))
    problem = describe(error)
    assert problem.code == "INVALID_ARGUMENT"
    assert [v.field for v in problem.violations] == ["count", "name"]
    assert "13912345678" not in str(error.trailing_metadata())


async def test_a_fault_tells_its_correlation_and_nothing_else(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    async with served.channel() as channel:
        stub = operations_pb2_grpc.OperationsStub(channel)
        error = await refused(stub.Rebuild(operations_pb2.RebuildRequest(), metadata=(("x-correlation-id", "cor-5"),)))
    problem = describe(error)
    assert (problem.code, problem.correlation) == ("INTERNAL", "cor-5")
    assert "cor-5" in problem.message
    printed = capsys.readouterr()
    assert "call-failed" in printed.out + printed.err
    assert "13912345678" not in printed.out + printed.err + problem.message


async def test_bytes_that_are_no_message_are_refused(served: Served) -> None:
    async with served.channel() as channel:
        call = channel.unary_unary(f"{FULL}/Rebuild", request_serializer=bytes, response_deserializer=bytes)
        problem = describe(await refused(call(b"\x0a\xff\xff\xff")))
    assert (problem.code, problem.reason) == ("INVALID_ARGUMENT", "malformed")


async def test_a_message_over_the_limit_is_refused(served: Served) -> None:
    async with grpc.aio.insecure_channel(served.address) as channel:
        call = channel.unary_unary(f"{FULL}/Rebuild", request_serializer=bytes, response_deserializer=bytes)
        error = await refused(call(b"x" * 10_000_000))
    assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert describe(error).message


async def test_only_health_is_open(served: Served) -> None:
    async with served.channel(None) as channel:
        health = health_pb2_grpc.HealthStub(channel)
        answer = await health.Check(health_pb2.HealthCheckRequest())
        assert answer.status == health_pb2.HealthCheckResponse.SERVING
    async with grpc.aio.insecure_channel(served.address) as channel:
        asking = reflection_pb2.ServerReflectionRequest(list_services="")
        stub = reflection_pb2_grpc.ServerReflectionStub(channel)
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            async for _ in stub.ServerReflectionInfo(iter([asking])):
                pass
        assert caught.value.code() is grpc.StatusCode.UNAUTHENTICATED
        given = (("authorization", f"Bearer {served.tokens.issue(Principal('acc-8', 'auditor'))}"),)
        answers = [answer async for answer in stub.ServerReflectionInfo(iter([asking]), metadata=given)]
    assert SERVICE.full_name in [s.name for s in answers[0].list_services_response.service]


async def test_a_method_without_a_line_is_refused_and_listed(served: Served) -> None:
    permissions = Permissions({f"{FULL}/Status": frozenset({"operator"})})
    missing = permissions.missing(served.server.methods)
    assert f"{FULL}/Rebuild" in missing
    assert f"{FULL}/Status" not in missing
    with pytest.raises(Refused):
        permissions.check(OPERATOR, f"{FULL}/Rebuild")


async def test_a_taken_address_stops_the_start(served: Served) -> None:
    second = RpcServer(served.address, Guard(served.tokens, Permissions({})))
    with pytest.raises(StartFailure, match=served.address):
        await second.start()
