"""Exports sent to a running registry as the command line would send them, and what the log holds afterwards."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import psycopg

from proto.xianfeng.registry.v1 import imports_pb2 as pb
from proto.xianfeng.registry.v1.imports_pb2_grpc import ImportsStub
from services.registry.feed.rows import RegistryRow
from tests.integration.registry.running import NATION, RunningRegistry
from xianfeng.event import decode_head
from xianfeng.rpc.caller import Principal

__all__ = ["ADMINISTRATOR", "Exports"]

ADMINISTRATOR = Principal("system:administrator", "administrator", NATION)
Answer = tuple[pb.ImportResult, list[pb.ImportFault]]


class Exports:
    def __init__(self, registry: RunningRegistry, caller: Principal = ADMINISTRATOR) -> None:
        self.registry = registry
        self.stub = ImportsStub(registry.channel(caller))

    def send(
        self, rows: Iterable[RegistryRow], as_of: str, source: str = "registry", *, dry_run: bool = False
    ) -> Answer:
        """Import rows as one file; its result and the faults that registry found."""
        return self.gather(self.stub.Import(self.requests(list(rows), as_of, source, dry_run=dry_run), timeout=60))

    @staticmethod
    def requests(
        rows: list[RegistryRow], as_of: str, source: str = "registry", *, dry_run: bool = False
    ) -> Iterator[pb.ImportRequest]:
        named = [row._replace(number=number) for number, row in enumerate(rows, start=2)]
        hash_ = hashlib.sha256(repr(named).encode()).hexdigest()
        yield pb.ImportRequest(
            begin=pb.ImportBegin(source=source, as_of=as_of, hash=hash_, file="x.csv", dry_run=dry_run)
        )
        columns = dict(zip(RegistryRow._fields, zip(*named, strict=True), strict=True))
        yield pb.ImportRequest(rows=pb.ImportRows(**columns))
        yield pb.ImportRequest(end=pb.ImportEnd())

    @staticmethod
    def gather(replies: Iterable[pb.ImportReply]) -> Answer:
        faults: list[pb.ImportFault] = []
        result = pb.ImportResult()
        for reply in replies:
            faults.extend(reply.faults.faults)
            if reply.WhichOneof("part") == "result":
                result = reply.result
        return result, faults

    def history(self, code: str) -> list[tuple[str, date, Any]]:
        """Type, effective day and data of each event of the enterprise that bears the code."""
        with psycopg.connect(self.registry.dsn, autocommit=True) as connection:
            rows = connection.execute(
                "select e.state from registry_events e join claim c on c.subject = e.originator_id"
                " where c.kind = 'code' and c.key = %s order by e.originator_version", (code,),
            ).fetchall()  # fmt: skip
        heads = [decode_head(bytes(raw)) for (raw,) in rows]
        return [(head.type.split(".")[1], head.effective, bytes(head.data).decode()) for head in heads]
