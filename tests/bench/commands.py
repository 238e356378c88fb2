"""Durable commands by gRPC from sixteen clients, against the library's own one transaction per command, in one run."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from uuid import uuid4

import psycopg
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from psycopg.conninfo import conninfo_to_dict

from proto.xianfeng.registry.v1 import commands_pb2, commands_pb2_grpc
from tests.bench.figure import Figure
from tests.bench.place import Place
from tests.e2e.office import Office, codes
from xianfeng.settings import Settings

__all__ = ["measure"]

CLIENTS, PROCESSES, EACH = 16, 2, 400
UNIT = "410802"


def measure() -> Iterator[Figure]:
    """Sixteen clients in two processes change known enterprises; the library does the same in sixteen threads of one process."""
    with Place() as place:
        known = list(islice(codes(7), CLIENTS))
        for code in known:
            place.office.do("RegisterEnterprise", code=code, name=f"命令{code[-4:]}物业服务有限公司", unit=UNIT)
        ours = _ours(place.settings.data_dir, known)
        library = _library(place.settings.dsn("postgres"))
    how = f"{ours:,.0f} a second; library (get, change, save; {CLIENTS} threads) {library:,.0f}"
    yield Figure("durable commands from 16 clients, to the library's own rate", ours / library, "×", (">=", 3), how)


def _ours(data: Path, known: list[str]) -> float:
    with get_context("spawn").Pool(PROCESSES) as pool:
        groups = [(str(data), known[n::PROCESSES], rounds) for n in range(PROCESSES) for rounds in (20,)]
        pool.map(_clients, groups)
        began = time.perf_counter()
        done = sum(pool.map(_clients, [(str(data), group, EACH) for _, group, _ in groups]))
        return done / (time.perf_counter() - began)


def _clients(work: tuple[str, list[str], int]) -> int:
    data, group, rounds = work
    settings = Settings.load({"XIANFENG_DATA_DIR": data}, create=False)
    with ThreadPoolExecutor(len(group)) as threads:
        return sum(threads.map(lambda code: _client(settings, code, rounds), group))


def _client(settings: Settings, code: str, rounds: int) -> int:
    office = Office(settings)
    call = commands_pb2_grpc.CommandsStub(office.registry).CountMembers
    for n in range(rounds):
        meta = commands_pb2.CommandMeta(command_id=str(uuid4()))
        call(commands_pb2.CountMembersRequest(meta=meta, enterprise=code, formal=n % 90, probationary=n % 7))
    office.close()
    return rounds


class Counted(Aggregate):
    @event("Opened")
    def __init__(self) -> None:
        self.members = 0

    @event("MembersCounted")
    def count(self, members: int) -> None:
        self.members = members


def _library(dsn: str) -> float:
    parts = conninfo_to_dict(dsn)
    with psycopg.connect(dsn, autocommit=True) as conn:
        conn.execute("create schema bench")
    environ = {
        "PERSISTENCE_MODULE": "eventsourcing.postgres", "POSTGRES_SCHEMA": "bench", "POSTGRES_DBNAME": str(parts["dbname"]),
        "POSTGRES_HOST": str(parts["host"]), "POSTGRES_PORT": str(parts["port"]), "POSTGRES_USER": str(parts["user"]),
        "POSTGRES_PASSWORD": str(parts["password"]), "POSTGRES_POOL_SIZE": str(CLIENTS), "AGGREGATE_CACHE_MAXSIZE": "1000",
    }  # fmt: skip
    app: Application = Application(env=environ)
    known = [Counted() for _ in range(CLIENTS)]
    app.save(*known)

    def client(aggregate: Counted) -> int:
        for n in range(EACH // 4):
            again: Counted = app.repository.get(aggregate.id)
            again.count(n % 90)
            app.save(again)
        return EACH // 4

    with ThreadPoolExecutor(CLIENTS) as threads:
        began = time.perf_counter()
        done = sum(threads.map(client, known))
        rate = done / (time.perf_counter() - began)
    app.close()
    return rate
