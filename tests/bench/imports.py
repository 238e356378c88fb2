"""Importing what a registry exports: rows a second into committed events, memory, and commands beside it."""

from __future__ import annotations

import csv
import json
import random
import statistics
import threading
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from uuid import uuid4

import psutil

from proto.xianfeng.registry.v1 import commands_pb2, commands_pb2_grpc
from tests.bench.figure import Figure
from tests.bench.place import Place
from tests.e2e.office import codes
from xianfeng.rpc.channel import open_channel
from xianfeng.rpc.tokens import read_local_token
from xianfeng.settings import Settings

__all__ = ["measure", "write_export"]

ROWS = 100_000
HEADER = (
    "企业名称",
    "统一社会信用代码",
    "注册日期",
    "企业类型",
    "法人代表",
    "经营范围",
    "所在省份",
    "地区",
    "注册地址",
    "企业状态",
)
WHERE = (
    ("郑州", "郑州市金水区"), ("郑州", "郑州市"), ("洛阳", "洛阳市涧西区"), ("焦作", "焦作市解放区"), ("新乡", "新乡市卫滨区"),
    ("安阳", "安阳市"), ("南阳", "南阳市宛城区"), ("信阳", "固始县"), ("开封", "开封市金明区"), ("焦作", "山阳区"),
)  # fmt: skip
STATUSES = ("存续", "存续（在营、开业、在册）", "在业", "注销", "迁往市外")


def measure() -> Iterator[Figure]:
    """A new installation takes one export; then another one while a client sends commands one after the other."""
    with Place() as place:
        known = next(codes(11))
        place.office.do("RegisterEnterprise", code=known, name="命令物业服务有限公司", unit="410802")
        first, second = place.data / "first.csv", place.data / "second.csv"
        write_export(first, ROWS, seed=21)
        write_export(second, ROWS // 2, seed=22)
        before, registry = _memory(place), psutil.Process(place.installation.pid("registry"))
        cpu, began = _seconds(registry), time.perf_counter()
        _import(place, first)
        took = time.perf_counter() - began
        how = f"{ROWS:,} rows of CSV in {took:.1f} s; {_seconds(registry) - cpu:.1f} s of registry's processor time"
        yield Figure("registry import, file to committed events", ROWS / took, "rows/s", (">=", 10_000), how)
        grown = _memory(place) - before
        yield Figure("registry's memory after it, more than before", grown, "MiB", ("<=", 150), "resident")
        waits = _beside(place, known, second)
        how = f"{len(waits)} commands one by one; median {statistics.median(waits):.0f} ms, longest {max(waits):.0f} ms"
        yield Figure("a command beside an import, p99", sorted(waits)[len(waits) * 99 // 100], "ms", ("<=", 300), how)


def write_export(path: Path, rows: int, seed: int) -> None:
    """An export in the manner of a registry, of enterprises that do not exist."""
    source = random.Random(seed)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file)
        out.writerow(HEADER)
        for number, code in enumerate(islice(codes(seed), rows)):
            area, place = source.choice(WHERE)
            founded = f"{source.randrange(1990, 2024)}-{source.randrange(1, 13):02d}-{source.randrange(1, 29):02d}"
            address = f"{place}测试路{source.randrange(1, 999)}号{source.randrange(1, 30)}号楼"
            name, status = f"基准{seed}第{number}物业服务有限公司", source.choice(STATUSES)
            out.writerow((name, code, founded, "有限责任公司", "（略）", "物业管理", "河南", area, address, status))


def _import(place: Place, file: Path) -> None:
    done = place.installation.cli("registry", "import", str(file), "--source", file.stem, "--json")
    assert json.loads(done.stdout)["new"] > 0


def _beside(place: Place, code: str, file: Path) -> list[float]:
    """Milliseconds of each command that ran while the file was imported."""
    waits: list[float] = []
    over = threading.Event()
    client = threading.Thread(target=_commands, args=(place.settings, code, over, waits))
    client.start()
    try:
        _import(place, file)
    finally:
        over.set()
        client.join()
    return waits


def _commands(settings: Settings, code: str, over: threading.Event, waits: list[float]) -> None:
    with open_channel(settings.address("registry"), read_local_token(settings.data_dir)) as channel:
        call = commands_pb2_grpc.CommandsStub(channel).CountMembers
        while not over.is_set():
            meta = commands_pb2.CommandMeta(command_id=str(uuid4()))
            began = time.perf_counter()
            call(commands_pb2.CountMembersRequest(meta=meta, enterprise=code, formal=len(waits) % 90))
            waits.append((time.perf_counter() - began) * 1000)


def _memory(place: Place) -> float:
    return psutil.Process(place.installation.pid("registry")).memory_info().rss / 2**20


def _seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
