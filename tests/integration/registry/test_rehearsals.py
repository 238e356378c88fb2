"""A rehearsal decides as the command would, says what would be recorded, and records nothing."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import grpc
import pytest

from proto.xianfeng.registry.v1 import commands_pb2 as commands
from proto.xianfeng.registry.v1 import rehearsals_pb2 as pb
from proto.xianfeng.registry.v1.rehearsals_pb2_grpc import RehearsalsStub
from tests.integration.registry.codes import next_code
from tests.integration.registry.running import JIEFANG, LUOYANG, NATION, RunningRegistry
from xianfeng.rpc.caller import Principal
from xianfeng.rpc.errors import describe

ADMINISTRATOR = Principal("system:administrator", "administrator", NATION)


@pytest.fixture
def enterprise(registry: RunningRegistry) -> str:
    return registry.ask("RegisterEnterprise", code=next_code(), name="焦作某某物业有限公司", unit=JIEFANG).subject  # type: ignore[no-any-return]


def rehearse(registry: RunningRegistry, name: str, caller: Principal = ADMINISTRATOR, **fields: Any) -> pb.Rehearsal:
    request = getattr(commands, f"{name}Request")(meta={"command_id": str(uuid4())}, **fields)
    stub = RehearsalsStub(registry.channel(caller))
    return stub.Rehearse(pb.RehearseRequest(command=name, request=request.SerializeToString()), timeout=20)  # type: ignore[no-any-return]


def test_says_what_would_be_recorded_and_records_nothing(registry: RunningRegistry, enterprise: str) -> None:
    before = registry.rows("select count(*) from registry_events")
    said = rehearse(registry, "CountMembers", enterprise=enterprise, formal=3)
    event = json.loads(said.events[0])
    assert (event["type"], event["subject"], event["subjectversion"]) == (
        "enterprise.members-counted.v1", enterprise, 2,
    )  # fmt: skip
    assert said.receipt.version == 2
    assert registry.rows("select count(*) from registry_events") == before
    registry.ask("CountMembers", enterprise=enterprise, formal=3)
    assert rehearse(registry, "CountMembers", enterprise=enterprise, formal=3).receipt.unchanged


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"formal": -1}, "INVALID_ARGUMENT", "formal"),
        ({}, "INVALID_ARGUMENT", ""),
        ({"formal": 1, "source": "nobody"}, "INVALID_ARGUMENT", "source"),
    ],
)
def test_refuses_as_the_command_would(
    registry: RunningRegistry, enterprise: str, fields: dict[str, Any], code: str, field: str
) -> None:
    with pytest.raises(grpc.RpcError) as rehearsed:
        rehearse(registry, "CountMembers", enterprise=enterprise, **fields)
    with pytest.raises(grpc.RpcError) as sent:
        registry.ask("CountMembers", enterprise=enterprise, **fields)
    first, second = describe(rehearsed.value), describe(sent.value)
    assert (first.message, first.violations, first.rule) == (second.message, second.violations, second.rule)
    assert first.code == second.code == code
    assert not field or first.violations[0].field == field


def test_is_open_to_whoever_may_send_the_command(registry: RunningRegistry, enterprise: str) -> None:
    for caller in (
        Principal("system:other", "housing_authority", LUOYANG),
        Principal("system:firm", "enterprise", NATION, "ent-other"),
    ):
        with pytest.raises(grpc.RpcError) as refused:
            rehearse(registry, "CountMembers", caller, enterprise=enterprise, formal=3)
        assert refused.value.code() is grpc.StatusCode.PERMISSION_DENIED
    with pytest.raises(grpc.RpcError) as denied:
        rehearse(
            registry,
            "AcceptFiling",
            Principal("system:community", "community", JIEFANG),
            enterprise=enterprise,
            year=2026,
        )
    assert describe(denied.value).reason == "role"


def test_refuses_what_is_no_command(registry: RunningRegistry) -> None:
    stub = RehearsalsStub(registry.channel(ADMINISTRATOR))
    for request in (pb.RehearseRequest(command="Nothing"), pb.RehearseRequest(command="CountMembers", request=b"\xff")):
        with pytest.raises(grpc.RpcError) as refused:
            stub.Rehearse(request, timeout=20)
        assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
