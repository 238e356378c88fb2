"""Restart is normal: any process may die at any moment, and Kafka's data may be lost, and no figure moves."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any

import grpc
import pytest

from proto.xianfeng.registry.v1 import commands_pb2
from tests.e2e.office import Office, codes
from tests.fixtures.installation import Installation
from tests.reference import Reference

ENTERPRISES, COUNTS, SENDERS = 5_000, 9, 8
EVENTS = ENTERPRISES * (1 + COUNTS)
COUNTIES = ("410802", "410803", "410804", "410811")
ANCESTORS = (*COUNTIES, "410800", "410000", "100000")
AWAY = (
    grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.CANCELLED, grpc.StatusCode.UNKNOWN,
)  # fmt: skip


class Sender:
    """Sends commands until each has its answer; a lost answer is asked for again under the same command id."""

    def __init__(self, office: Office) -> None:
        self.office, self.done, self.lock = office, 0, threading.Lock()
        self.calls: dict[str, Any] = {}
        for name in ("RegisterEnterprise", "CountMembers"):
            rpc = commands_pb2.DESCRIPTOR.services_by_name["Commands"].methods_by_name[name]
            request = getattr(commands_pb2, rpc.input_type.name)
            answer = getattr(commands_pb2, rpc.output_type.name)
            path = f"/xianfeng.registry.v1.Commands/{name}"
            call = office.registry.unary_unary(
                path, request_serializer=request.SerializeToString, response_deserializer=answer.FromString
            )
            self.calls[name] = (request, call)

    def send(self, name: str, command_id: str, /, **fields: Any) -> None:
        request, call = self.calls[name]
        message = request(meta=commands_pb2.CommandMeta(command_id=command_id), **fields)
        while True:
            try:
                call(message, timeout=10, wait_for_ready=True)
                break
            except grpc.RpcError as error:
                assert error.code() in AWAY, error
        with self.lock:
            self.done += 1

    def life(self, n: int, code: str) -> None:
        """One enterprise: registered, then counted several times, never twice the same."""
        self.send("RegisterEnterprise", f"reg-{n:06}", code=code, name=f"续存{n}物业服务有限公司", unit=COUNTIES[n % 4])
        for k in range(COUNTS):
            self.send(
                "CountMembers", f"cnt-{n:06}-{k}", enterprise=code, formal=(n + k) % 5, probationary=k, elsewhere=n % 3
            )


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
    sender = Sender(office)
    names = ["registry", "coverage", "console", "kafka", "postgres"]
    before = {name: own_installation.pid(name) for name in names}
    with ThreadPoolExecutor(SENDERS) as threads:
        lives = [threads.submit(sender.life, n, code) for n, code in enumerate(islice(codes(3), ENTERPRISES))]
        for n, name in enumerate(names, 1):
            office.until(lambda n=n: sender.done > EVENTS * n / 7, "progress of the commands", 300)
            own_installation.kill9(name)
            own_installation.until_back(name)
        for life in lives:
            life.result(timeout=600)
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
