"""Accounts over gRPC: one-time passwords, limits, what a closed or changed account may still do."""

from __future__ import annotations

from datetime import timedelta

import grpc
import pytest

from proto.xianfeng.registry.v1 import accounts_pb2 as pb
from proto.xianfeng.registry.v1 import accounts_pb2_grpc, commands_pb2_grpc
from tests.integration.registry.codes import next_code
from tests.integration.registry.running import JIEFANG, LUOYANG, NATION, SHANYANG, RunningRegistry
from xianfeng.rpc.caller import Principal
from xianfeng.rpc.channel import open_channel

ADMINISTRATOR = Principal("system:administrator", "administrator", NATION)


def add(registry: RunningRegistry, handle: str, role: str = "sub_district", unit: str = JIEFANG, **more: str) -> str:
    request = pb.AddAccountRequest(handle=handle, role=role, unit=unit, **more)
    return str(registry.accounts(ADMINISTRATOR).AddAccount(request).one_time_password)


def login(registry: RunningRegistry, handle: str, password: str) -> pb.LoginResponse:
    return registry.accounts(None).Login(pb.LoginRequest(handle=handle, password=password), timeout=10)


def channel(registry: RunningRegistry, token: str) -> grpc.Channel:
    return open_channel(f"127.0.0.1:{registry.server.rpc.port}", token)


def settled(registry: RunningRegistry, handle: str, **more: str) -> grpc.Channel:
    """A channel of an account that has changed its one-time password to `long-enough-1`."""
    password = add(registry, handle, **more)
    stub = accounts_pb2_grpc.AccountsStub(channel(registry, login(registry, handle, password).token))
    token = stub.ChangePassword(pb.ChangePasswordRequest(old_password=password, new_password="long-enough-1")).token
    return channel(registry, token)


def status_of(call: object, *arguments: object, **more: object) -> grpc.StatusCode:
    with pytest.raises(grpc.RpcError) as caught:
        call(*arguments, **more)  # type: ignore[operator]
    return caught.value.code()


def test_one_time_password_is_only_for_changing_it(registry: RunningRegistry) -> None:
    password = add(registry, "street-1")
    answer = login(registry, "street-1", password)
    assert answer.account.must_change_password
    commands = commands_pb2_grpc.CommandsStub(channel(registry, answer.token))
    register = {"code": next_code(), "name": "甲", "unit": JIEFANG}
    assert status_of(registry.ask, "RegisterEnterprise", stub=commands, **register) is grpc.StatusCode.PERMISSION_DENIED


def test_acts_under_its_own_unit_alone(registry: RunningRegistry) -> None:
    commands = commands_pb2_grpc.CommandsStub(settled(registry, "street-2"))
    receipt = registry.ask("RegisterEnterprise", stub=commands, code=next_code(), name="甲", unit=JIEFANG)
    rows = registry.rows("select state from registry_events where originator_id = %s", receipt.subject)
    account = registry.rows("select id from account where handle = 'street-2'")[0][0]
    assert f'"actor":"{account}"'.encode() in bytes(rows[0][0])
    elsewhere = {"code": next_code(), "name": "甲", "unit": SHANYANG}
    assert (
        status_of(registry.ask, "RegisterEnterprise", stub=commands, **elsewhere) is grpc.StatusCode.PERMISSION_DENIED
    )


def test_proposals_are_confirmed_from_above(registry: RunningRegistry) -> None:
    enterprise = registry.ask("RegisterEnterprise", code=next_code(), name="甲", unit=JIEFANG).subject
    street = commands_pb2_grpc.CommandsStub(settled(registry, "street-3"))
    county = commands_pb2_grpc.CommandsStub(settled(registry, "henan-1", role="organisation_department", unit="410000"))
    registry.ask("ProposeScope", stub=street, enterprise=enterprise, in_scope=False, reason="not_operating")
    assert (
        status_of(registry.ask, "ConfirmScope", stub=street, enterprise=enterprise) is grpc.StatusCode.PERMISSION_DENIED
    )
    assert registry.ask("ConfirmScope", stub=county, enterprise=enterprise).events


def test_transfer_is_accepted_by_the_other_side(registry: RunningRegistry) -> None:
    enterprise = registry.ask("RegisterEnterprise", code=next_code(), name="甲", unit=JIEFANG).subject
    giver = commands_pb2_grpc.CommandsStub(settled(registry, "street-4"))
    taker = commands_pb2_grpc.CommandsStub(settled(registry, "street-5", unit=SHANYANG))
    registry.ask("ProposeTransfer", stub=giver, enterprise=enterprise, to_unit=SHANYANG)
    assert (
        status_of(registry.ask, "AcceptTransfer", stub=giver, enterprise=enterprise)
        is grpc.StatusCode.PERMISSION_DENIED
    )
    assert registry.ask("AcceptTransfer", stub=taker, enterprise=enterprise).events


def test_an_enterprise_declares_and_never_confirms(registry: RunningRegistry) -> None:
    enterprise = registry.ask("RegisterEnterprise", code=next_code(), name="甲", unit=JIEFANG).subject
    own = commands_pb2_grpc.CommandsStub(settled(registry, "firm-1", role="enterprise", enterprise=enterprise))
    registry.ask("CountMembers", enterprise=enterprise, formal=2)
    declared = registry.ask("CountMembers", stub=own, enterprise=enterprise, formal=3, source="declared")
    assert len(declared.events) == 2
    assert (
        status_of(registry.ask, "CountMembers", stub=own, enterprise=enterprise, formal=9)
        is grpc.StatusCode.PERMISSION_DENIED
    )


def test_closed_or_changed_account_must_log_in_again(registry: RunningRegistry) -> None:
    commands = commands_pb2_grpc.CommandsStub(settled(registry, "street-6"))
    administrator = registry.accounts(ADMINISTRATOR)
    administrator.ChangeAccount(pb.ChangeAccountRequest(handle="street-6", unit=LUOYANG))
    register = {"code": next_code(), "name": "甲", "unit": JIEFANG}
    assert status_of(registry.ask, "RegisterEnterprise", stub=commands, **register) is grpc.StatusCode.UNAUTHENTICATED
    assert login(registry, "street-6", "long-enough-1").account.unit == LUOYANG
    administrator.CloseAccount(pb.CloseAccountRequest(handle="street-6", reason="调离"))
    assert status_of(login, registry, "street-6", "long-enough-1") is grpc.StatusCode.UNAUTHENTICATED


def test_another_password_ends_what_was_begun_with_the_one_before(registry: RunningRegistry) -> None:
    password = add(registry, "street-9")
    first = login(registry, "street-9", password).token
    stub = accounts_pb2_grpc.AccountsStub(channel(registry, first))
    fresh = stub.ChangePassword(pb.ChangePasswordRequest(old_password=password, new_password="long-enough-1")).token
    stolen = commands_pb2_grpc.CommandsStub(channel(registry, first))
    assert (
        status_of(registry.ask, "RegisterEnterprise", stub=stolen, code=next_code(), name="甲", unit=JIEFANG)
        is grpc.StatusCode.UNAUTHENTICATED
    )
    for token in (fresh, login(registry, "street-9", "long-enough-1").token):
        commands = commands_pb2_grpc.CommandsStub(channel(registry, token))
        assert registry.ask("RegisterEnterprise", stub=commands, code=next_code(), name="甲", unit=JIEFANG).events


def test_a_forgotten_password_is_given_anew_by_an_administrator(registry: RunningRegistry) -> None:
    commands = commands_pb2_grpc.CommandsStub(settled(registry, "street-10"))
    request = pb.ResetPasswordRequest(handle="street-10")
    password = registry.accounts(ADMINISTRATOR).ResetPassword(request).one_time_password
    register = {"code": next_code(), "name": "甲", "unit": JIEFANG}
    assert status_of(registry.ask, "RegisterEnterprise", stub=commands, **register) is grpc.StatusCode.UNAUTHENTICATED
    assert status_of(login, registry, "street-10", "long-enough-1") is grpc.StatusCode.UNAUTHENTICATED
    assert login(registry, "street-10", password).account.must_change_password


def test_guessing_is_limited_until_the_window_is_over(registry: RunningRegistry) -> None:
    password = add(registry, "street-7")
    codes = [status_of(login, registry, "street-7", f"wrong-{n}") for n in range(6)]
    assert codes == [grpc.StatusCode.UNAUTHENTICATED] * 5 + [grpc.StatusCode.UNAVAILABLE]
    assert status_of(login, registry, "street-7", password) is grpc.StatusCode.UNAVAILABLE
    registry.clock.set(registry.clock.now() + timedelta(minutes=16))
    assert login(registry, "street-7", password).token


@pytest.mark.parametrize(
    ("handle", "role", "unit"),
    [("大写", "auditor", JIEFANG), ("x" * 5000, "auditor", JIEFANG), ("ok-1", "king", JIEFANG), ("ok-2", "auditor", "x"),
     ("ok-3", "enterprise", JIEFANG)],
)  # fmt: skip
def test_bad_accounts_are_refused(registry: RunningRegistry, handle: str, role: str, unit: str) -> None:
    status = status_of(add, registry, handle, role, unit)
    assert status in (grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.NOT_FOUND)


def test_passwords_never_reach_an_event(registry: RunningRegistry) -> None:
    password = add(registry, "street-8")
    stored = [bytes(state) for (state,) in registry.rows("select state from registry_events")]
    assert not any(password.encode() in state or b"argon2" in state for state in stored)
