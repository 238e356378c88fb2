"""Commands handed in by the message: each decided, refused, recorded and answered as if it had come alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from queue import SimpleQueue
from typing import Any
from uuid import uuid4

import grpc
import pytest
from google.rpc.status_pb2 import Status

from proto.xianfeng.registry.v1 import accounts_pb2, commands_pb2
from proto.xianfeng.registry.v1 import submissions_pb2 as pb
from proto.xianfeng.registry.v1.submissions_pb2_grpc import SubmissionsStub
from tests.fixtures.submitting import submission
from tests.integration.registry.codes import next_code
from tests.integration.registry.running import JIEFANG, LUOYANG, NATION, RunningRegistry
from xianfeng.rpc.caller import Principal
from xianfeng.rpc.errors import describe

ADMINISTRATOR = Principal("system:administrator", "administrator", NATION)


@pytest.fixture
def enterprise(registry: RunningRegistry) -> str:
    return registry.ask("RegisterEnterprise", code=next_code(), name="成批提交物业", unit=JIEFANG).subject  # type: ignore[no-any-return]


def told(command: str, id: str = "", /, **fields: Any) -> pb.Submission:
    request = getattr(commands_pb2, f"{command}Request")(meta={"command_id": id or str(uuid4())}, **fields)
    return submission(request)


class Call:
    """A call that is open: messages go in one by one, and answers are waited for."""

    def __init__(self, registry: RunningRegistry, caller: Principal = ADMINISTRATOR) -> None:
        self._sent: SimpleQueue[pb.SubmitRequest | None] = SimpleQueue()
        self._answers: Any = SubmissionsStub(registry.channel(caller)).Submit(iter(self._sent.get, None), timeout=30)

    def send(self, *submissions: pb.Submission) -> None:
        self._sent.put(pb.SubmitRequest(submissions=submissions))

    def next(self) -> Sequence[pb.Submitted]:
        return list(next(self._answers).submitted)

    def end(self) -> list[pb.SubmitResponse]:
        self._sent.put(None)
        return list(self._answers)


@pytest.fixture
def call(registry: RunningRegistry) -> Iterator[Call]:
    opened = Call(registry)
    yield opened
    opened.end()


def reason(submitted: pb.Submitted) -> tuple[int, str]:
    status = Status.FromString(submitted.refusal)
    return status.code, status.message


def test_an_answer_comes_while_more_may_be_sent(registry: RunningRegistry, enterprise: str, call: Call) -> None:
    for formal in (3, 4):
        call.send(told("CountMembers", enterprise=enterprise, formal=formal))
        [answer] = call.next()
        assert answer.receipt.version == formal - 1
        stored = registry.rows(
            "select originator_id from registry_events where notification_id = %s", answer.receipt.position
        )
        assert [str(subject) for (subject,) in stored] == [enterprise]


def test_each_is_taken_or_refused_by_itself_in_their_order(
    registry: RunningRegistry, enterprise: str, call: Call
) -> None:
    call.send(
        told("CountMembers", enterprise=enterprise, formal=3),
        told("CountMembers", enterprise=enterprise, formal=-1),
        told("CountMembers", enterprise="914108000000000000", formal=1),
        pb.Submission(command="CountMember"),
        pb.Submission(command="CountMembers", request=b"\x0a\xff\xff"),
        told("RenameEnterprise", enterprise=enterprise, name="成批改名物业"),
    )
    first, invalid, unknown, no_command, no_request, last = call.next()
    assert (first.receipt.version, last.receipt.version) == (2, 3)
    assert [reason(one)[0] for one in (invalid, unknown, no_command, no_request)] == [
        grpc.StatusCode.INVALID_ARGUMENT.value[0], grpc.StatusCode.NOT_FOUND.value[0],
        grpc.StatusCode.INVALID_ARGUMENT.value[0], grpc.StatusCode.INVALID_ARGUMENT.value[0],
    ]  # fmt: skip
    assert "CountMember" in reason(no_command)[1]


def test_a_refusal_is_that_of_the_command_alone(registry: RunningRegistry, enterprise: str, call: Call) -> None:
    fields = {"enterprise": enterprise, "formal": 3, "source": "nobody"}
    with pytest.raises(grpc.RpcError) as alone:
        registry.ask("CountMembers", **fields)
    call.send(told("CountMembers", **fields))
    [refused] = call.next()
    assert reason(refused) == (alone.value.code().value[0], describe(alone.value).message)


def test_an_id_that_was_seen_gives_its_first_answer(registry: RunningRegistry, enterprise: str, call: Call) -> None:
    twice = told("CountMembers", "same-id-twice", enterprise=enterprise, formal=3)
    call.send(twice, twice)
    call.send(twice)
    first, again, later = [*call.next(), *call.next()]
    assert [one.receipt.repeated for one in (first, again, later)] == [False, True, True]
    assert len({one.receipt.position for one in (first, again, later)}) == 1
    assert registry.rows("select count(*) from registry_events where originator_id = %s", enterprise) == [(2,)]


def test_rights_are_those_of_each_command(registry: RunningRegistry, enterprise: str) -> None:
    call = Call(registry, Principal("system:elsewhere", "community", LUOYANG))
    call.send(told("CountMembers", enterprise=enterprise, formal=3), told("FreeAdvisers", enterprise=enterprise))
    outside, other_role = call.next()
    assert reason(outside)[0] == reason(other_role)[0] == grpc.StatusCode.PERMISSION_DENIED.value[0]
    assert call.end() == []


def test_what_ends_a_call_is_told_behind_the_answers_of_what_came_before(
    registry: RunningRegistry, enterprise: str
) -> None:
    call = Call(registry)
    call.send(told("CountMembers", enterprise=enterprise, formal=3))
    call.send(*(told("CountMembers", enterprise=enterprise, formal=n) for n in range(201)))
    assert call.next()[0].receipt.version == 2
    with pytest.raises(grpc.RpcError) as refused:
        call.end()
    assert describe(refused.value).reason == "too-many-submissions"
    assert registry.rows("select count(*) from registry_events where originator_id = %s", enterprise) == [(2,)]


def test_a_call_ends_with_its_account(registry: RunningRegistry, enterprise: str) -> None:
    accounts = registry.accounts(ADMINISTRATOR)
    added = accounts.AddAccount(accounts_pb2.AddAccountRequest(handle="batches", role="community", unit=JIEFANG))
    account = Principal(added.account.id, "community", JIEFANG)
    chosen = {"old_password": added.one_time_password, "new_password": "long-enough-1"}
    registry.accounts(account).ChangePassword(accounts_pb2.ChangePasswordRequest(**chosen))
    call = Call(registry, replace(account, passwords=1))
    call.send(told("CountMembers", enterprise=enterprise, formal=3))
    assert call.next()[0].receipt.version == 2
    accounts.CloseAccount(accounts_pb2.CloseAccountRequest(handle="batches", reason="离任"))
    registry.on_loop(registry.server.book.refresh())
    call.send(told("CountMembers", enterprise=enterprise, formal=4))
    with pytest.raises(grpc.RpcError) as refused:
        call.next()
    assert refused.value.code() in (grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.PERMISSION_DENIED)


def test_a_registry_that_stops_answers_what_it_has_and_ends_the_call(
    registry: RunningRegistry, enterprise: str
) -> None:
    call = Call(registry)
    call.send(told("CountMembers", enterprise=enterprise, formal=3))
    assert call.next()[0].receipt.version == 2
    registry.on_loop(stopping(registry))
    with pytest.raises(grpc.RpcError) as ended:
        call.next()
    assert describe(ended.value).reason == "closing"
    registry.server.closing.clear()


async def stopping(registry: RunningRegistry) -> None:
    registry.server.closing.set()
