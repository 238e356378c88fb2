"""A closed account, or one with another password: every service refuses its tokens a moment later."""

from __future__ import annotations

import grpc
import pytest

from proto.xianfeng.registry.v1 import accounts_pb2 as pb
from proto.xianfeng.registry.v1.accounts_pb2_grpc import AccountsStub
from tests.e2e.office import Office
from tests.fixtures.installation import Installation
from xianfeng.rpc.channel import open_channel

UNIT = "411000"
ENDS = {"closed.clerk": ("account", "close"), "reset.clerk": ("account", "reset-password")}


@pytest.mark.parametrize("handle", ENDS)
def test_what_has_ended_is_refused_everywhere(installation: Installation, office: Office, handle: str) -> None:
    accounts = AccountsStub(office.registry)
    added = accounts.AddAccount(pb.AddAccountRequest(handle=handle, role="industry_committee", unit=UNIT))
    with open_channel(installation.settings.address("registry"), "") as channel:
        request = pb.LoginRequest(handle=handle, password=added.one_time_password)
        clerk = Office(installation.settings, AccountsStub(channel).Login(request).token)
    assert not refused(clerk)
    installation.cli(*ENDS[handle], handle)
    office.until(lambda: refused(clerk), "coverage's refusal", seconds=10)
    with pytest.raises(grpc.RpcError) as at_registry:
        clerk.query("ListUnits", text=UNIT)
    assert at_registry.value.code() == grpc.StatusCode.UNAUTHENTICATED
    clerk.close()


def refused(clerk: Office) -> bool:
    try:
        clerk.ask("Figures", unit=UNIT)
    except grpc.RpcError as error:
        return bool(error.code() == grpc.StatusCode.UNAUTHENTICATED)
    return False
