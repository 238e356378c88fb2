"""Every question refuses: no token, a wrong role, another's unit; and no value whatever breaks one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from google.protobuf.descriptor import FieldDescriptor, MethodDescriptor
from google.protobuf.message_factory import GetMessageClass
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from proto.xianfeng.registry.v1 import queries_pb2
from tests.integration.registry.codes import next_code
from tests.integration.registry.filling import Directory
from tests.integration.registry.running import JIEFANG, LUOYANG, NATION, RunningRegistry
from xianfeng.rpc.caller import Principal

SERVICE = queries_pb2.DESCRIPTOR.services_by_name["Queries"]
METHODS = {method.name: method for method in SERVICE.methods}
EXPECTED = {"OK", "INVALID_ARGUMENT", "NOT_FOUND", "PERMISSION_DENIED", "UNAVAILABLE", "RESOURCE_EXHAUSTED"}
ADMINISTRATOR = Principal("system:asking", "administrator", NATION)

TEXTS = st.one_of(
    st.text(max_size=300),
    st.sampled_from([JIEFANG, "410802", "2026-02-30", "9" * 18, "-", "ent-", "%", "\\", "'; drop table claim", "\0"]),
    st.builds(lambda char, n: char * n, st.sampled_from("a河\u0301"), st.sampled_from([201, 5_000, 500_000])),
)
VALUES = {
    FieldDescriptor.TYPE_STRING: TEXTS,
    FieldDescriptor.TYPE_INT32: st.integers(-(2**31), 2**31 - 1),
    FieldDescriptor.TYPE_INT64: st.integers(-(2**63), 2**63 - 1),
    FieldDescriptor.TYPE_BOOL: st.booleans(),
}


@pytest.fixture(scope="module", autouse=True)
def directory(registry: RunningRegistry) -> Iterator[Directory]:
    found = Directory(registry.dsn, registry.clock.today())
    registry.ask("RegisterEnterprise", code=next_code(), name="某物业", unit=JIEFANG)
    found.fill(registry.clock.today())
    yield found
    found.connection.close()


def code_of(registry: RunningRegistry, principal: Principal | None, method: MethodDescriptor, **fields: Any) -> str:
    request = GetMessageClass(method.input_type)(**fields)
    with registry.channel(principal) as channel:
        call = channel.unary_unary(
            f"/{SERVICE.full_name}/{method.name}", request_serializer=type(request).SerializeToString,
            response_deserializer=GetMessageClass(method.output_type).FromString,
        )  # fmt: skip
        try:
            call(request, timeout=20)
        except grpc.RpcError as error:
            return str(error.code().name)  # type: ignore[attr-defined]
    return "OK"


@pytest.mark.parametrize("name", METHODS)
def test_no_token_and_unknown_role(registry: RunningRegistry, name: str) -> None:
    assert code_of(registry, None, METHODS[name]) == "UNAUTHENTICATED"
    assert code_of(registry, Principal("system:asking", "nobody", NATION), METHODS[name]) == "PERMISSION_DENIED"


@pytest.mark.parametrize("name", [name for name in METHODS if name != "RevealHolder"])
def test_outside_the_unit(registry: RunningRegistry, name: str) -> None:
    target = {"Get": "ref", "His": "ref"}.get(name[:3], "parent" if name == "ListUnits" else "unit")
    elsewhere = Principal("system:asking", "community", LUOYANG)
    subject = registry.rows("select subject from directory_b1 limit 1")[0][0] if name == "GetEnterprise" else JIEFANG
    expected = {"PERMISSION_DENIED"} if name[:3] != "Get" or name in ("GetEnterprise", "GetUnit") else {"NOT_FOUND"}
    assert code_of(registry, elsewhere, METHODS[name], **{target: subject}) in expected


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_wrong_and_huge_values_never_break_a_question(registry: RunningRegistry, data: st.DataObject) -> None:
    method = METHODS[data.draw(st.sampled_from(sorted(METHODS)))]
    fields = {field.name: data.draw(VALUES[field.type]) for field in method.input_type.fields}
    assert code_of(registry, ADMINISTRATOR, method, **fields) in EXPECTED
