"""Every method refuses: no token, wrong role, a target outside the unit, a wrong version, each bad field.

The methods and their fields are read from the service's descriptor, so a new command is covered when it is added.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import grpc
import pytest
from google.protobuf.descriptor import FieldDescriptor, MethodDescriptor
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from proto.xianfeng.registry.v1 import commands_pb2
from services.registry.commands import COMMANDS
from services.registry.grpc import COMMANDS_SERVICE
from services.registry.server import ROLES
from tests.integration.registry.codes import next_code
from tests.integration.registry.running import JIEFANG, LUOYANG, NATION, RunningRegistry
from xianfeng.rpc.caller import Principal
from xianfeng.rpc.errors import describe
from xianfeng.rpc.permissions import Permissions

METHODS = list(COMMANDS_SERVICE.methods)
NAMES = [method.name for method in METHODS]
ELSEWHERE = Principal("system:elsewhere", "administrator", LUOYANG)
META = {"command_id": "some-command-1"}


def fields(method: MethodDescriptor) -> list[FieldDescriptor]:
    return [field for field in method.input_type.fields if field.name != "meta"]


def request(method: MethodDescriptor, **values: Any) -> Any:
    return getattr(commands_pb2, method.input_type.name)(**{"meta": META, **values})


def refused(registry: RunningRegistry, stub: Any, method: MethodDescriptor, message: Any) -> grpc.StatusCode:
    """The status of a call that must fail without a trace in the log."""
    before = registry.rows("select coalesce(max(notification_id), 0) from registry_events")
    with pytest.raises(grpc.RpcError) as caught:
        getattr(stub, method.name)(message, timeout=20)
    assert registry.rows("select coalesce(max(notification_id), 0) from registry_events") == before
    return caught.value.code()


@pytest.fixture(scope="module")
def subjects(registry: RunningRegistry) -> dict[str, str]:
    """One subject of each kind, in 解放区."""
    ask = registry.ask
    adviser = ask("AppointAdviser", kind="other", unit=JIEFANG, name="戊").subject
    return {
        "enterprise": ask("RegisterEnterprise", code=next_code(), name="甲", unit=JIEFANG).subject,
        "organisation": ask("OpenOrganisation", name="乙", form="joint", unit=JIEFANG).subject,
        "committee": ask("FormCommittee", name="丙", unit=JIEFANG, leading_group=3, staff=1).subject,
        "project": ask("RegisterProject", name="丁", unit=JIEFANG).subject,
        "adviser": adviser,
        "holder": registry.rows("select holder from holder where subject = %s", adviser)[0][0],
        "unit": JIEFANG,
    }


GOOD = {
    "code": None, "name": "某", "reason": "某", "step": "approved", "on": "2026-01-01", "form": "joint", "until": "2026-06-01",
    "field": "formal", "kind": "union", "review_date": "2026-06-01", "in_scope": True, "proposal": "scope", "formal": 1,
    "year": 2026, "organisation_formed": True, "level": "county", "people": 1, "cause": "withdrawn", "number": 1,
    "begins": "2026-01-01", "ends": "2029-01-01", "agreed": True, "type": "committee", "leading_group": 1, "staff": 1,
    "project_class": "served_well", "members": 1, "survey_on": "2026-01-01", "households": 5,
    "department": "某局", "body": "某", "event": "00000000-0000-0000-0000-000000000000", "registry_status": "closing",
}  # fmt: skip
PER_METHOD = {
    "AppointAdviser": {"kind": "other"}, "RecordTraining": {"kind": "secretary_training"},
    "StateUncoveredReason": {"reason": "other"}, "ProposeScope": {"reason": "other"},
    "EraseContact": {"reason": "requested"}, "ReleaseAdviser": {"cause": "other"},
    "ReleaseProjectAdviser": {"cause": "other"}, "SucceedEnterprise": {"cause": "split"},
    "RecordStep": {"number": "1号"}, "RegisterEnterprise": {"kind": "legal_person"},
    "ChangeEnterpriseDetails": {"kind": "branch_office"}, "OpenUnit": {"code": "410899"},
    "SettleDifference": {"field": "name", "choice": "keep"},
}  # fmt: skip


ONLY_WITH_A_PROPOSAL = {"AcceptTransfer", "DeclineTransfer"}
"""Whose unit is asked for is known by the proposal alone."""


def good(method: MethodDescriptor, subjects: dict[str, str]) -> dict[str, Any]:
    """Fields of a request of which nothing is wrong in form."""
    values: dict[str, Any] = {}
    for field in fields(method):
        value = _good(field, subjects)
        if value is not None:
            values[field.name] = value
    return {**values, **PER_METHOD.get(method.name, {})}


def _good(field: FieldDescriptor, subjects: dict[str, str]) -> Any:
    if field.name == "code":
        return next_code()
    if field.name in ("to_unit", "parent"):
        return JIEFANG
    if field.name in ("subject", "into", "to", "successors"):
        return [subjects["enterprise"]] if field.is_repeated else subjects["adviser"]
    return subjects.get(field.name, GOOD.get(field.name))


@pytest.mark.parametrize("method", METHODS, ids=NAMES)
def test_no_token(registry: RunningRegistry, method: MethodDescriptor) -> None:
    assert refused(registry, registry.stub(None), method, request(method)) is grpc.StatusCode.UNAUTHENTICATED


@pytest.mark.parametrize("method", METHODS, ids=NAMES)
def test_wrong_role(registry: RunningRegistry, method: MethodDescriptor) -> None:
    stub = registry.stub(Principal("system:reader", "auditor", NATION))
    assert refused(registry, stub, method, request(method)) is grpc.StatusCode.PERMISSION_DENIED


@pytest.mark.parametrize("method", METHODS, ids=NAMES)
def test_outside_the_unit(registry: RunningRegistry, subjects: dict[str, str], method: MethodDescriptor) -> None:
    message = request(method, **good(method, subjects))
    message.meta.command_id = str(uuid4())
    status = refused(registry, registry.stub(ELSEWHERE), method, message)
    assert status is grpc.StatusCode.PERMISSION_DENIED or method.name in ONLY_WITH_A_PROPOSAL


@pytest.mark.parametrize("method", METHODS, ids=NAMES)
def test_wrong_version(registry: RunningRegistry, subjects: dict[str, str], method: MethodDescriptor) -> None:
    message = request(method, **good(method, subjects))
    message.meta.command_id, message.meta.expected_version = str(uuid4()), 99
    status = refused(registry, registry.commands, method, message)
    if COMMANDS[method.name][0].TARGET is not None:
        assert status is grpc.StatusCode.ABORTED
    else:
        assert status not in (grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN)


BAD_TEXTS = ["", "\x00", "1" * 201, "13812345678 \x07", "410101199001011234" * 20]
BAD_NUMBERS = [-1, 2**62]


def bad_fields() -> Iterator[tuple[MethodDescriptor, FieldDescriptor]]:
    for method in METHODS:
        for field in fields(method):
            if field.cpp_type != FieldDescriptor.CPPTYPE_BOOL:
                yield method, field


@pytest.mark.parametrize(("method", "field"), list(bad_fields()), ids=lambda value: value.name)
def test_bad_field_is_named(
    registry: RunningRegistry, subjects: dict[str, str], method: MethodDescriptor, field: FieldDescriptor
) -> None:
    number = field.cpp_type == FieldDescriptor.CPPTYPE_INT64
    for value in BAD_NUMBERS if number else BAD_TEXTS[1:4]:
        message = request(method, **{**good(method, subjects), field.name: [value] if field.is_repeated else value})
        with pytest.raises(grpc.RpcError) as caught:
            getattr(registry.commands, method.name)(message, timeout=20)
        assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
        problem = describe(caught.value)
        assert any(violation.field.split(".")[0] == field.name for violation in problem.violations), problem


@pytest.mark.parametrize("method", METHODS, ids=NAMES)
def test_meta_is_checked(registry: RunningRegistry, subjects: dict[str, str], method: MethodDescriptor) -> None:
    for name, value in (
        ("command_id", "x"),
        ("effective", "20260101"),
        ("effective", "1900-01-01"),
        ("correction_of", "?"),
    ):
        message = request(method, **good(method, subjects))
        setattr(message.meta, name, value)
        status = refused(registry, registry.commands, method, message)
        assert status not in (grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN, grpc.StatusCode.OK)


def values(field: FieldDescriptor) -> st.SearchStrategy[Any]:
    if field.cpp_type == FieldDescriptor.CPPTYPE_BOOL:
        return st.booleans()
    if field.cpp_type == FieldDescriptor.CPPTYPE_INT64:
        return st.integers(-(2**63), 2**63 - 1)
    text = st.one_of(st.text(max_size=300), st.integers(0, 10**6).map(lambda n: "党" * n), st.sampled_from(BAD_TEXTS))
    # protobuf itself refuses lone surrogates: they never reach the wire.
    clean = text.filter(lambda value: not any("\ud800" <= c <= "\udfff" for c in value))
    return st.lists(clean, max_size=5) if field.is_repeated else clean


@settings(max_examples=400, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_wrong_and_huge_values_never_crash(registry: RunningRegistry, data: st.DataObject) -> None:
    method = data.draw(st.sampled_from(METHODS))
    chosen = {field.name: data.draw(values(field)) for field in fields(method) if data.draw(st.booleans())}
    message = request(method, **chosen)
    message.meta.command_id = data.draw(st.one_of(st.just(str(uuid4())), st.text(max_size=80).filter(str.isprintable)))
    try:
        getattr(registry.commands, method.name)(message, timeout=20)
    except grpc.RpcError as error:
        assert error.code() not in (grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN), error


def test_broken_bytes_are_refused(registry: RunningRegistry) -> None:
    channel = registry.channel(Principal("system:administrator", "administrator", NATION))
    for name in NAMES[:5]:
        call = channel.unary_unary(f"/{COMMANDS_SERVICE.full_name}/{name}", lambda raw: raw, lambda raw: raw)
        for raw in (b"\xff" * 100, b"\x0a\xff", b"\x12\x03\xff\xfe\xfd"):
            with pytest.raises(grpc.RpcError) as caught:
                call(raw, timeout=20)
            assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT


def test_ten_megabytes_are_refused(registry: RunningRegistry) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        registry.ask("RegisterEnterprise", code=next_code(), name="党" * 3_500_000, unit=JIEFANG)
    assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED


def test_models_and_messages_have_the_same_fields() -> None:
    assert set(NAMES) == set(COMMANDS)
    for method in METHODS:
        model = COMMANDS[method.name][0]
        assert {field.name for field in method.input_type.fields} == set(model.model_fields), method.name


def test_every_method_has_its_roles(registry: RunningRegistry) -> None:
    assert Permissions.load(*ROLES).missing(registry.server.rpc.methods) == []
