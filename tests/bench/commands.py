"""Durable commands by gRPC from sixteen clients, against the library's own one transaction per command, in one run."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from multiprocessing import get_context
from uuid import uuid4

import psycopg
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from psycopg.conninfo import conninfo_to_dict

from proto.xianfeng.registry.v1 import commands_pb2, commands_pb2_grpc
from tests.bench.figure import Figure
from tests.bench.place import Place
from tests.e2e.office import codes
from tests.fixtures.submitting import submission, submit
from xianfeng.rpc.channel import open_aio_channel
from xianfeng.rpc.tokens import read_local_token
from xianfeng.settings import Settings

__all__ = ["measure"]

CLIENTS, PROCESSES, AHEAD = 16, 2, 16
UNIT = "410802"
EACH = 100
"""Commands of each of the library's threads."""


def measure() -> Iterator[Figure]:
    """Sixteen clients in two processes change known enterprises; the library does the same in sixteen threads of one process."""
    with Place() as place:
        known = list(islice(codes(7), CLIENTS))
        for code in known:
            place.office.do("RegisterEnterprise", code=code, name=f"命令{code[-4:]}物业服务有限公司", unit=UNIT)
        rates = {name: _rate(place, clients, known, each) for name, clients, each in WAYS}
        place.until_quiet()
        library = _library(place.settings.dsn("postgres"))
    how = (
        f"each client keeps one call open, one command a message, up to {AHEAD} not answered: {rates['submitted']:,.0f} a"
        f" second; a call for each command, one after the other: {rates['called']:,.0f};"
        f" library (get, change, save; {CLIENTS} threads): {library:,.0f}"
    )
    yield Figure(
        "durable commands from 16 clients, to the library's own rate", rates["submitted"] / library, "×", (">=", 3), how
    )  # fmt: skip


Work = tuple[str, list[str], int]
"""The data directory, the enterprises of a process, and how many commands each client has."""


def _rate(place: Place, clients: Callable[[Work], int], known: list[str], each: int) -> float:
    """Commands a second, after a first round that makes the connections."""
    groups = [known[n::PROCESSES] for n in range(PROCESSES)]
    data = str(place.settings.data_dir)
    with get_context("spawn").Pool(PROCESSES) as pool:
        pool.map(clients, [(data, group, 20) for group in groups])
        place.until_quiet()
        began = time.perf_counter()
        done = sum(pool.map(clients, [(data, group, each) for group in groups]))
        return done / (time.perf_counter() - began)


def _calling(work: Work) -> int:
    return asyncio.run(_together(_call, work))


def _submitting(work: Work) -> int:
    return asyncio.run(_together(_submit, work))


async def _together(client: Callable[[Settings, str, int], Awaitable[int]], work: Work) -> int:
    data, group, each = work
    settings = Settings.load({"XIANFENG_DATA_DIR": data}, create=False)
    return sum(await asyncio.gather(*(client(settings, code, each) for code in group)))


async def _call(settings: Settings, code: str, each: int) -> int:
    async with open_aio_channel(settings.address("registry"), read_local_token(settings.data_dir)) as channel:
        call = commands_pb2_grpc.CommandsStub(channel).CountMembers
        for request in _requests(code, each):
            await call(request)
    return each


async def _submit(settings: Settings, code: str, each: int) -> int:
    done, messages = 0, ([submission(request)] for request in _requests(code, each))
    async with open_aio_channel(settings.address("registry")) as channel:
        async for outcomes in submit(channel, read_local_token(settings.data_dir), messages, ahead=AHEAD):
            done += sum(one.HasField("receipt") for one in outcomes)
    assert done == each, f"{each - done} of {each} were not recorded"
    return done


def _requests(code: str, count: int) -> Iterator[commands_pb2.CountMembersRequest]:
    for n in range(count):
        meta = commands_pb2.CommandMeta(command_id=str(uuid4()))
        yield commands_pb2.CountMembersRequest(meta=meta, enterprise=code, formal=n % 90, probationary=n % 7)


WAYS = (("submitted", _submitting, 1_000), ("called", _calling, 400))
"""How commands are sent, and how many each client has."""


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
        for n in range(EACH):
            again: Counted = app.repository.get(aggregate.id)
            again.count(n % 90)
            app.save(again)
        return EACH

    with ThreadPoolExecutor(CLIENTS) as threads:
        began = time.perf_counter()
        done = sum(threads.map(client, known))
        rate = done / (time.perf_counter() - began)
    app.close()
    return rate
