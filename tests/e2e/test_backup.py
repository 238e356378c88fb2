"""The restore drill: a backup under load, everything deleted, restored: equal figures, Kafka filled again."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from proto.xianfeng.registry.v1 import accounts_pb2, accounts_pb2_grpc
from tests.e2e.office import Office, codes
from tests.fixtures.installation import PROJECT, Installation
from tests.fixtures.servers import wait_until
from tests.reference import Reference
from xianfeng.rpc.channel import open_channel

COUNTIES = ("410802", "410803", "410804", "410811")
UNITS = ("410802", "410800", "100000")
PAST = ("2026-03-01", "2026-03-02", "2026-06-30", "2026-10-31")
SENDERS, BEFORE = 4, 400


class Told:
    """What an installation says of a part of its history, to be compared with what it says later."""

    def __init__(self, office: Office, raws: list[bytes]) -> None:
        today = office.ask("Figures", unit="100000")["figures"]["day"]
        reference = Reference(raws)
        self.wanted = {(unit, day): reference.figures(unit, day) for unit in UNITS for day in (*PAST, today)}

    def equals(self, office: Office) -> None:
        for (unit, day), wanted in self.wanted.items():
            said = office.ask("Figures", unit=unit, day=day)["figures"]
            assert {name: int(n) for name, n in said["by_status"].items() if int(n)} == wanted.by_status, (unit, day)
            assert {name: int(n) for name, n in said["by_duty"].items() if int(n) and name} == wanted.by_duty
            assert int(said["registered"]) == wanted.registered
            rates = [(r["name"], int(r["numerator"]), int(r["denominator"])) for r in said["rates"]]
            assert rates == wanted.rates, (unit, day)


@contextmanager
def under_load(office: Office) -> Iterator[list[int]]:
    """Enterprises are registered, counted and covered for the whole block; gives the number of answers so far."""
    done, stop, source, lock = [0], threading.Event(), codes(77), threading.Lock()

    def work(sender: int) -> None:
        while not stop.is_set():
            with lock:
                code = next(source)
            unit, day = COUNTIES[done[0] % 4], PAST[1 + done[0] % 3]
            office.do("RegisterEnterprise", code=code, name=f"备份{code}物业服务有限公司", unit=unit, effective=day)
            office.do("CountMembers", enterprise=code, formal=done[0] % 6, probationary=sender, effective=day)
            with lock:
                done[0] += 2

    with ThreadPoolExecutor(SENDERS) as threads:
        working = [threads.submit(work, sender) for sender in range(SENDERS)]
        try:
            wait_until(lambda: done[0] >= BEFORE, "progress of the commands", seconds=120)
            yield done
        finally:
            stop.set()
    for work_done in working:
        work_done.result()


def people(office: Office) -> tuple[str, str]:
    """An account with a password, and a secretary with a name and a telephone; password and holder's id."""
    request = accounts_pb2.AddAccountRequest(handle="shihuju", role="administrator", unit="410800")
    password = accounts_pb2_grpc.AccountsStub(office.registry).AddAccount(request).one_time_password
    code = next(codes(78))
    office.do("RegisterEnterprise", code=code, name="有书记物业服务有限公司", unit="410802", effective=PAST[1])
    opened = office.do("OpenOrganisation", name="单独党支部", form="own", unit="410802", of=code, effective=PAST[1])
    ref = opened["subject"]
    office.do("RecordStep", organisation=ref, step="approved", on=PAST[1], number="组〔2026〕9号", effective=PAST[1])
    office.do("AppointSecretary", organisation=ref, name="王测试", phone="0391-2900000")
    return password, office.query("GetOrganisation", ref=ref)["holder"]["holder"]


def accounts(office: Office) -> list[str]:
    answer = accounts_pb2_grpc.AccountsStub(office.registry).ListAccounts(accounts_pb2.ListAccountsRequest())
    return sorted(str(account) for account in answer.accounts)


def log_until(office: Office, position: int) -> list[tuple[int, bytes]]:
    return [(r.position, r.event) for r in office.log("registry") if r.position <= position]


async def records(bootstrap: list[str], *topics: str) -> int:
    """How many records the topics hold."""
    async with AIOKafkaConsumer(bootstrap_servers=bootstrap) as consumer:
        await consumer._client.set_topics(topics)
        parts = [TopicPartition(t, p) for t in topics for p in consumer.partitions_for_topic(t) or ()]
        ends, begins = await consumer.end_offsets(parts), await consumer.beginning_offsets(parts)
    return sum(ends[part] - begins[part] for part in parts)


def kill_a_restore(installation: Installation, file: Path) -> None:
    """Begin to restore and kill it in the middle: what lies there then is no installation, and no obstacle."""
    argv = [sys.executable, "-m", "xianfeng.cli.app", "restore", str(file)]
    process = subprocess.Popen(argv, cwd=PROJECT, env=installation.environ)
    wait_until((installation.data_dir / "restoring" / "postgres").exists, "a restore that has begun")
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert not (installation.data_dir / "installation.json").exists()


@pytest.fixture(scope="module")
def own_installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with Installation(tmp_path_factory.mktemp("backup")) as installation:
        yield installation


def test_everything_deleted_and_restored(own_installation: Installation, tmp_path: Path) -> None:
    file, office = tmp_path / "backup.xfb", Office(own_installation.settings)
    password, holder = people(office)
    with under_load(office) as done:
        before = done[0]
        manifest = json.loads(own_installation.cli("backup", str(file), "--json").stdout)
        assert done[0] > before, "nobody waits for a backup"
    position = manifest["logs"]["registry"]["position"]
    log = log_until(office, position)
    told, known = Told(office, [raw for _, raw in log]), accounts(office)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(log) == manifest["logs"]["registry"]["events"]
    assert manifest["rows"]["registry.registry_events"] == len(log)
    assert sum(1 for _ in office.log("registry")) > len(log), "the load went on after the snapshot"
    assert own_installation.cli("restore", str(file), expect=1).stderr.count("不是空的") == 1
    office.close()

    own_installation.stop()
    assert "没有运行" in own_installation.cli("backup", str(tmp_path / "late.xfb"), expect=3).stderr
    shutil.rmtree(own_installation.data_dir)
    own_installation.cli("backup", str(file), "--check")
    kill_a_restore(own_installation, file)
    own_installation.cli("restore", str(file))
    assert not (own_installation.data_dir / "restoring").exists()
    own_installation.start()

    office = Office(own_installation.settings)
    office.settle(120)
    assert log_until(office, sys.maxsize) == log
    told.equals(office)
    assert accounts(office) == known
    signed_in(own_installation, office, password, holder)
    assert filled_again(own_installation, office) == len(log)
    goes_on(office)
    own_installation.until_healthy()
    office.close()


def signed_in(installation: Installation, office: Office, password: str, holder: str) -> None:
    """The password of before opens the account, and the key of before the holders' names."""
    with open_channel(installation.settings.address("registry"), None) as channel:
        request = accounts_pb2.LoginRequest(handle="shihuju", password=password)
        assert accounts_pb2_grpc.AccountsStub(channel).Login(request).token
    shown = office.query("RevealHolder", holder=holder, reason="恢复演练")
    assert (shown["name"], shown["phone"]) == ("王测试", "0391-2900000")


def filled_again(installation: Installation, office: Office) -> int:
    """Wait until both relays are at the head of their logs; the number of registry's records in Kafka."""

    def at_head(service: str) -> bool:
        relay: dict[str, Any] = office.operate(service, "Status")["relay"]
        return bool(relay["position"] == relay["head"])

    for service in ("registry", "coverage"):
        office.until(lambda service=service: at_head(service), f"{service}'s relay at the head")
    bootstrap = installation.settings.kafka_bootstrap
    return asyncio.run(records(bootstrap, "xianfeng.registry.v1", "xianfeng.units.v1"))


def goes_on(office: Office) -> None:
    """What is recorded from now on counts once more."""
    before = int(office.ask("Figures", unit="410802")["figures"]["registered"])
    for code in islice(codes(79), 3):
        office.do("RegisterEnterprise", code=code, name=f"恢复之后{code}物业服务有限公司", unit="410802")
    office.settle()
    assert int(office.ask("Figures", unit="410802")["figures"]["registered"]) == before + 3
