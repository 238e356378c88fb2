"""Service Accounts refuses strangers, wrong roles and wrong or huge values, method by method."""

from __future__ import annotations

from typing import Any

import grpc
import pytest
from google.protobuf.descriptor import MethodDescriptor
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from proto.xianfeng.registry.v1 import accounts_pb2 as pb
from tests.integration.registry.running import JIEFANG, LUOYANG, NATION, RunningRegistry
from xianfeng.rpc.caller import Principal

METHODS = list(pb.DESCRIPTOR.services_by_name["Accounts"].methods)
CLOSED = [method for method in METHODS if method.name != "Login"]
TEXTS = st.one_of(
    st.text(max_size=100), st.integers(0, 200_000).map(lambda n: "党" * n), st.sampled_from(["\x00", "admin", NATION])
)


def message(method: MethodDescriptor, **fields: Any) -> Any:
    return getattr(pb, method.input_type.name)(**fields)


@pytest.mark.parametrize("method", CLOSED, ids=lambda method: method.name)
def test_no_token(registry: RunningRegistry, method: MethodDescriptor) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        getattr(registry.accounts(None), method.name)(message(method), timeout=10)
    assert caught.value.code() is grpc.StatusCode.UNAUTHENTICATED


@pytest.mark.parametrize("method", CLOSED, ids=lambda method: method.name)
def test_wrong_role(registry: RunningRegistry, method: MethodDescriptor) -> None:
    stub = registry.accounts(Principal("system:firm", "enterprise", NATION))
    if method.name != "ChangePassword":
        with pytest.raises(grpc.RpcError) as caught:
            getattr(stub, method.name)(message(method), timeout=10)
        assert caught.value.code() is grpc.StatusCode.PERMISSION_DENIED


OUTSIDE = {
    "AddAccount": {"handle": "outside-1", "role": "community", "unit": JIEFANG},
    "ChangeAccount": {"handle": "inside-1", "role": "community"},
    "CloseAccount": {"handle": "inside-1", "reason": "越权"},
    "ResetPassword": {"handle": "inside-1"},
    "ListAccounts": {"unit": JIEFANG},
}
"""Of each method a request that is good but for its target, an account or a unit of 解放区."""
OF_ONESELF = {"Login", "ChangePassword"}


@pytest.fixture(scope="module")
def inside(registry: RunningRegistry) -> None:
    stub = registry.accounts(Principal("system:administrator", "administrator", NATION))
    stub.AddAccount(pb.AddAccountRequest(handle="inside-1", role="sub_district", unit=JIEFANG), timeout=10)


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_outside_the_unit(registry: RunningRegistry, method: MethodDescriptor) -> None:
    if method.name not in OF_ONESELF:
        stub = registry.accounts(Principal("system:elsewhere", "administrator", LUOYANG))
        before = registry.rows("select * from account order by id")
        with pytest.raises(grpc.RpcError) as caught:
            getattr(stub, method.name)(message(method, **OUTSIDE[method.name]), timeout=10)
        assert caught.value.code() is grpc.StatusCode.PERMISSION_DENIED
        assert registry.rows("select * from account order by id") == before


@settings(max_examples=120, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_wrong_and_huge_values_never_crash(registry: RunningRegistry, data: st.DataObject) -> None:
    method = data.draw(st.sampled_from(METHODS))
    fields = {field.name: data.draw(TEXTS) for field in method.input_type.fields}
    stub = registry.accounts(Principal("system:administrator", "administrator", NATION))
    try:
        getattr(stub, method.name)(message(method, **fields), timeout=20)
    except grpc.RpcError as error:
        assert error.code() not in (grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN), error
