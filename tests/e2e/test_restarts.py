"""Restart is normal: any process may die at any moment, and Kafka's data may be lost, and no figure moves."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, suppress
from itertools import islice
from typing import Any

import grpc
import pytest
from google.rpc.status_pb2 import Status

from proto.xianfeng.registry.v1 import commands_pb2
from proto.xianfeng.registry.v1 import submissions_pb2 as pb
from tests.e2e.office import Office, codes
from tests.fixtures.installation import Installation
from tests.fixtures.submitting import submission, submit
from tests.reference import Reference
from xianfeng.rpc.channel import open_aio_channel
from xianfeng.rpc.tokens import read_local_token

ENTERPRISES, COUNTS = 5_000, 9
CALLS, AHEAD = 8, 4
EVENTS = ENTERPRISES * (1 + COUNTS)
COUNTIES = ("410802", "410803", "410804", "410811")
ANCESTORS = (*COUNTIES, "410800", "410000", "100000")
AWAY = (
    grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.CANCELLED, grpc.StatusCode.UNKNOWN,
)  # fmt: skip


class Sender:
    """Hands in commands until each has its answer; what was not answered is sent again under the same command ids."""

    def __init__(self, installation: Installation) -> None:
        self.done = 0
        self._settings = installation.settings

    def run(self, lives: Sequence[Sequence[pb.Submission]]) -> None:
        """All lives, over several calls beside each other."""
        asyncio.run(self._run(lives))

    async def _run(self, lives: Sequence[Sequence[pb.Submission]]) -> None:
        async with open_aio_channel(self._settings.address("registry")) as channel:
            await asyncio.gather(*(self._send(channel, lives[n::CALLS]) for n in range(CALLS)))

    async def _send(self, channel: grpc.aio.Channel, lives: Sequence[Sequence[pb.Submission]]) -> None:
        token, sent = read_local_token(self._settings.data_dir), 0
        while sent < len(lives):
            with suppress(Away):
                async for outcomes in self._submit(channel, token, lives[sent:]):
                    sent, self.done = sent + 1, self.done + len(outcomes)

    async def _submit(
        self, channel: grpc.aio.Channel, token: str, lives: Sequence[Sequence[pb.Submission]]
    ) -> AsyncIterator[Sequence[pb.Submitted]]:
        """Raises Away at the first life that was not recorded whole."""
        try:
            await asyncio.wait_for(channel.channel_ready(), 60)
            async with aclosing(submit(channel, token, lives, ahead=AHEAD)) as answers:
                async for outcomes in answers:
                    codes = {Status.FromString(one.refusal).code for one in outcomes if one.HasField("refusal")}
                    assert codes <= {grpc.StatusCode.UNAVAILABLE.value[0]}, codes
                    if codes:
                        raise Away
                    yield outcomes
        except grpc.aio.AioRpcError as error:
            assert error.code() in AWAY, error
            raise Away from error


class Away(Exception):
    """Registry does not answer, or its database does not."""


def life(n: int, code: str) -> list[pb.Submission]:
    """One enterprise: registered, then counted several times, never twice the same."""
    registered = commands_pb2.RegisterEnterpriseRequest(
        meta=meta(f"reg-{n:06}"), code=code, name=f"续存{n}物业服务有限公司", unit=COUNTIES[n % 4]
    )
    counted = [
        commands_pb2.CountMembersRequest(
            meta=meta(f"cnt-{n:06}-{k}"), enterprise=code, formal=(n + k) % 5, probationary=k, elsewhere=n % 3
        )
        for k in range(COUNTS)
    ]
    return [submission(registered), *map(submission, counted)]


def meta(command_id: str) -> commands_pb2.CommandMeta:
    return commands_pb2.CommandMeta(command_id=command_id)


def figures(office: Office) -> dict[str, Any]:
    return {unit: office.ask("Figures", unit=unit)["figures"] for unit in ANCESTORS}


def equal_to_reference(office: Office) -> None:
    """Coverage's figures are those of a plain fold of registry's whole log."""
    reference = Reference(record.event for record in office.log("registry"))
    for unit, said in figures(office).items():
        wanted = reference.figures(unit, said["day"])
        assert {name: int(n) for name, n in said["by_status"].items() if int(n)} == wanted.by_status, unit
        assert {name: int(n) for name, n in said["by_duty"].items() if int(n) and name} == wanted.by_duty, unit
        assert int(said["registered"]) == wanted.registered
        assert [(r["name"], int(r["numerator"]), int(r["denominator"])) for r in said["rates"]] == wanted.rates


def test_every_process_killed_in_turn(own_installation: Installation) -> None:
    office = Office(own_installation.settings)
    sender = Sender(own_installation)
    # Commands go on while Kafka comes back, which takes longest: it is the last.
    names = ["registry", "postgres", "coverage", "console", "kafka"]
    before = {name: own_installation.pid(name) for name in names}
    with ThreadPoolExecutor(1) as thread:
        sending = thread.submit(sender.run, [life(n, code) for n, code in enumerate(islice(codes(3), ENTERPRISES))])
        for n, name in enumerate(names, 1):
            office.until(lambda n=n: sender.done > EVENTS * n / 7, "progress of the commands", 300)
            assert not sending.done(), f"{name} is killed while commands come"
            own_installation.kill9(name)
            own_installation.until_back(name)
        sending.result(timeout=600)
    office.settle(120)
    assert {name: own_installation.pid(name) == before[name] for name in names} == dict.fromkeys(names, False)
    assert sum(1 for _ in office.log("registry", types=["enterprise.registered.v1"])) == ENTERPRISES
    assert sum(1 for _ in office.log("registry", types=["enterprise.members-counted.v1"])) == ENTERPRISES * COUNTS
    equal_to_reference(office)
    own_installation.until_healthy()
    office.close()


def test_kafkas_data_thrown_away(own_installation: Installation) -> None:
    office = Office(own_installation.settings)
    for n, code in enumerate(islice(codes(5), 50)):
        office.do("RegisterEnterprise", code=code, name=f"重填{n}物业服务有限公司", unit=COUNTIES[n % 4])
    office.settle()
    before = figures(office)
    own_installation.stop()
    shutil.rmtree(own_installation.settings.data_dir / "kafka")
    own_installation.start()
    office.settle(120)
    assert figures(office) == before
    office.do("RegisterEnterprise", code=next(codes(6)), name="重填之后物业服务有限公司", unit=COUNTIES[0])
    office.settle()
    now = figures(office)
    assert int(now["100000"]["registered"]) == int(before["100000"]["registered"]) + 1
    office.close()


@pytest.fixture(scope="module")
def own_installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation that only this module's tests wreck."""
    with Installation(tmp_path_factory.mktemp("restarts")) as installation:
        yield installation
