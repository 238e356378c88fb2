"""The adapter between a real HTTP server, which does what each test tells it, and a real registry."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import grpc
import pytest

from proto.xianfeng.registry.v1 import feed_pb2 as pb
from proto.xianfeng.registry.v1.feed_pb2_grpc import RegistryFeedStub
from services.registry.live.adapter import Adapter, SourceWentBack
from services.registry.live.backoff import Backoff
from services.registry.live.keeping import keep
from services.registry.live.progress import Progress
from services.registry.live.pushing import Registry
from services.registry.live.source import HttpSource, SourceRefuses
from tests.integration.registry.codes import next_code
from tests.integration.registry.running import NATION, RunningRegistry
from xianfeng.rpc.caller import Principal
from xianfeng.rpc.channel import open_aio_channel

ADMINISTRATOR = Principal("system:administrator", "administrator", NATION)
_NUMBERS = iter(range(1, 1_000))
SILENT = b"silent"
"""Instead of bytes: the server says nothing more and leaves the connection open."""


class Script:
    """Answers requests one after the other as written: `(status, parts)`; remembers what was asked."""

    def __init__(self, *answers: tuple[int, list[bytes]]) -> None:
        self.asked: list[str] = []
        self._answers = list(answers)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.asked.append((await reader.readuntil(b"\r\n\r\n")).split(b" ", 2)[1].decode())
        status, parts = self._answers.pop(0)
        writer.write(b"HTTP/1.1 %d x\r\nTransfer-Encoding: chunked\r\n\r\n" % status)
        for part in parts:
            if part is SILENT:
                await reader.read()
                break
            writer.write(b"%x\r\n%s\r\n" % (len(part), part))
        writer.write(b"0\r\n\r\n" if SILENT not in parts else b"")
        writer.close()


def line(**fields: Any) -> bytes:
    return json.dumps(fields).encode() + b"\n"


def record(cursor: int, code: str, name: str = "某物业服务有限公司") -> bytes:
    data = {
        "企业名称": name,
        "统一社会信用代码": code,
        "登记状态": "存续",
        "住所": "焦作市解放区",
        "法定代表人": "不应读取",
    }
    event = {"timepoint": cursor, "published_at": "2026-02-01", "type": "changed"}
    return line(resource_id=code, data=data, event=event)


def snapshot(cursor: int) -> bytes:
    return line(snapshot={"timepoint": cursor, "published_at": "2026-02-02"})


class Following:
    """One source of its own; `run` follows the script until it is caught up."""

    def __init__(self, registry: RunningRegistry) -> None:
        self.source = f"adapter-{next(_NUMBERS)}"
        self.stub = RegistryFeedStub(registry.channel(ADMINISTRATOR))
        self.states: list[str] = []
        self.troubles: list[str] = []
        self._port = registry.server.rpc.port
        self._token = registry.server.tokens.issue(ADMINISTRATOR)

    @asynccontextmanager
    async def adapter(self, serve: Callable[..., Any], token: str = "") -> AsyncIterator[Adapter]:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with (
            server, HttpSource(url, silence=0.3) as http, open_aio_channel(f"127.0.0.1:{self._port}") as channel,
        ):  # fmt: skip
            registry = Registry(channel, token or self._token, self.source)
            yield Adapter(http, registry, keep, self._tell, backoff=Backoff(0.01, 0.1))

    async def run(self, *answers: tuple[int, list[bytes]]) -> tuple[Progress, Script]:
        script = Script(*answers)
        async with self.adapter(script.serve) as adapter:
            await asyncio.wait_for(adapter.run(once=True), 20)
        return adapter.progress, script

    def _tell(self, progress: Progress) -> None:
        self.states.append(progress.state)
        self.troubles.append(progress.trouble)


@pytest.fixture
def following(registry: RunningRegistry) -> Following:
    return Following(registry)


async def test_from_the_first_record_to_the_heartbeat(following: Following) -> None:
    progress, script = await following.run((200, [record(3, next_code()), record(9, next_code()), b"\n"]))
    assert (progress.cursor, progress.told.new, progress.state) == (9, 2, "caught_up")
    assert script.asked == ["/stream?timepoint=0"]
    again, script = await following.run((200, [b"\n"]))
    assert (again.cursor, again.told.read) == (9, 0)


async def test_silence_errors_and_cuts_are_only_waits(following: Following) -> None:
    code = next_code()
    progress, script = await following.run(
        (200, [record(300, code), SILENT]),
        (503, []),
        (200, [record(301, code)[:-9]]),
        (200, [b"x" * 300_000]),
        (200, [record(301, code, "改名物业服务有限公司"), b"\n"]),
    )
    assert (progress.cursor, progress.told.new, progress.told.changed) == (301, 1, 1)
    assert {"ReadTimeout", "HTTP 503", "ended", "LineTooLong"} <= set(following.troubles)
    # Asked again from before the last one, and from less before it while nothing new comes.
    assert script.asked == [f"/stream?timepoint={n}" for n in (0, 200, 250, 275, 288)]


async def test_nonsense_does_not_stop_what_is_right(following: Following) -> None:
    bad = line(
        resource_id="91410800MA00000000", data={"企业名称": "某"}, event={"timepoint": 2, "published_at": "2026-02-01"}
    )
    progress, _ = await following.run((200, [b"{nonsense\n", bad, record(3, next_code()), b"\n"]))
    assert (progress.told.read, progress.told.new, progress.told.rejected) == (3, 1, 2)
    faults = following.stub.ListFaults(pb.ListFaultsRequest(source=following.source)).faults
    assert [fault.cursor for fault in faults] == [2, 0]
    assert all(fault.reason for fault in faults)


async def test_a_forgotten_cursor_is_a_snapshot(following: Following) -> None:
    kept, lost = next_code(), next_code()
    await following.run((200, [record(5, kept), record(6, lost), b"\n"]))
    whole = [
        snapshot(90),
        record(1, kept, "全量改名物业服务有限公司"),
        record(1, next_code()),
        line(end={"records": 2}),
    ]
    progress, script = await following.run(
        (416, []), (200, whole[:2]), (416, []), (200, whole), (200, [record(91, lost), b"\n"])
    )
    assert (progress.cursor, progress.snapshots, progress.absent) == (91, 1, 1)
    assert "snapshot-cut" in following.troubles
    assert script.asked[-1] == "/stream?timepoint=90"
    status = following.stub.Cursor(pb.CursorRequest(source=following.source))
    assert (status.snapshot_cursor, status.absent) == (90, 0)


async def test_what_another_try_would_not_help_ends(following: Following) -> None:
    with pytest.raises(SourceRefuses, match="404"):
        await following.run((404, []))
    await following.run((200, [record(50, next_code()), b"\n"]))
    with pytest.raises(SourceWentBack):
        await following.run((416, []), (200, [snapshot(10), line(end={"records": 0})]))
    async with following.adapter(Script((200, [b"\n"])).serve, token="x") as adapter:
        with pytest.raises(grpc.RpcError) as refused:
            await adapter.run(once=True)
    assert refused.value.code() == grpc.StatusCode.UNAUTHENTICATED
