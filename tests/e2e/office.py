"""An office for tests: commands and questions over gRPC, a clock to move, and waiting for a position.

`office.do("CountMembers", enterprise=code, formal=3)` sends one command as the local administrator and returns the
receipt as a dict; field names are those of the protos.
"""

from __future__ import annotations

import itertools
import random
import time
import uuid
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import grpc
from google.protobuf.json_format import MessageToDict, ParseDict
from google.protobuf.message_factory import GetMessageClass
from stdnum.cn import uscc

from proto.xianfeng.coverage.v1 import coverage_pb2
from proto.xianfeng.platform.v1 import log_pb2, operations_pb2
from proto.xianfeng.registry.v1 import commands_pb2, queries_pb2
from services.registry.events import CATALOGUE, UNIT_TYPES
from xianfeng.bus.topics import partition_of
from xianfeng.clock import SHANGHAI
from xianfeng.event import decode_head
from xianfeng.rpc.channel import open_channel
from xianfeng.rpc.tokens import read_local_token
from xianfeng.settings import Settings

__all__ = ["MovedClock", "Office", "codes"]

_PATIENCE = 60.0
_ON_THE_TOPIC = sorted(CATALOGUE.models.keys() - UNIT_TYPES)


def codes(seed: int = 1) -> Iterator[str]:
    """Valid credit codes that belong to nobody (GB 32100), in a fixed order for a seed."""
    source = random.Random(seed)
    for number in itertools.count(source.randrange(1, 10**6)):
        body = f"91410{source.randrange(100, 999)}MA{number:07d}"[:17]
        yield body + uscc.calc_check_digit(body)


class MovedClock:
    """The clock of an installation under `XIANFENG_CLOCK=file:…`; moves forward (and back, where a test wants it)."""

    def __init__(self, path: Path, start: datetime) -> None:
        self.path = path
        self.set(start)

    @property
    def spec(self) -> str:
        return f"file:{self.path}"

    @property
    def instant(self) -> datetime:
        return datetime.fromisoformat(self.path.read_text())

    @property
    def today(self) -> date:
        return self.instant.astimezone(SHANGHAI).date()

    def set(self, instant: datetime) -> None:
        new = self.path.with_suffix(".new")
        new.write_text(instant.isoformat())
        new.replace(self.path)

    def to(self, day: date, hour: int = 9) -> None:
        """Move to an hour of a day in Asia/Shanghai."""
        self.set(datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI))

    def pass_days(self, days: int = 1) -> date:
        self.set(self.instant + timedelta(days=days))
        return self.today


class Office:
    """Everything an office can do, as the local administrator or with another token."""

    def __init__(self, settings: Settings, token: str | None = None) -> None:
        token = token or read_local_token(settings.data_dir)
        self.registry = open_channel(settings.address("registry"), token)
        self.coverage = open_channel(settings.address("coverage"), token)
        self._read, self._ends = 0, dict[str, int]()

    def close(self) -> None:
        self.registry.close()
        self.coverage.close()

    def do(self, command: str, *, effective: date | str | None = None, command_id: str = "", **fields: Any) -> Any:
        """Send a command; the receipt as a dict (`subject`, `version`, `events`, …). Raises grpc.RpcError."""
        meta: dict[str, Any] = {"command_id": command_id or str(uuid.uuid4())}
        meta |= {
            key: fields.pop(key) for key in ("expected_version", "correction_of", "correction_reason") if key in fields
        }
        if effective is not None:
            meta["effective"] = str(effective)
        request = {key: str(value) if isinstance(value, date) else value for key, value in fields.items()}
        return self._call(self.registry, commands_pb2, "Commands", command, {"meta": meta, **request})

    def ask(self, method: str, **fields: Any) -> Any:
        """One of coverage's questions (Figures, Overview, List, Explain, Find), as a dict with every field."""
        return self._call(self.coverage, coverage_pb2, "Coverage", method, _plain(fields))

    def query(self, method: str, **fields: Any) -> Any:
        return self._call(self.registry, queries_pb2, "Queries", method, _plain(fields))

    def operate(self, service: str, method: str, **fields: Any) -> Any:
        channel = self.registry if service == "registry" else self.coverage
        return self._call(channel, operations_pb2, "Operations", method, fields)

    def log(self, service: str = "registry", **fields: Any) -> Iterator[log_pb2.RecordedEvent]:
        """The recorded events of a service's log."""
        channel = self.registry if service == "registry" else self.coverage
        read = channel.unary_stream(
            "/xianfeng.platform.v1.EventLog/Read",
            request_serializer=log_pb2.ReadRequest.SerializeToString,
            response_deserializer=log_pb2.ReadResponse.FromString,
        )
        for response in read(log_pb2.ReadRequest(**fields), timeout=_PATIENCE):
            yield from response.events

    def settle(self, seconds: float = _PATIENCE) -> None:
        """Wait until coverage and the directory have folded all that registry has recorded, at the clock's day."""
        wanted = self._log_ends()
        for service, name in (("coverage", "coverage"), ("registry", "directory")):
            self.until(partial(self._reached, service, name, wanted), f"{name} at the head of registry's log", seconds)

    def _log_ends(self) -> dict[str, int]:
        """The last position of registry's log on each partition of its topic."""
        for recorded in self.log(after=self._read, types=_ON_THE_TOPIC):
            self._ends[str(partition_of(decode_head(recorded.event).subject))] = recorded.position
            self._read = recorded.position
        return dict(self._ends)

    def _reached(self, service: str, name: str, wanted: dict[str, int]) -> bool:
        status = self.operate(service, "Status")
        day = datetime.fromisoformat(status["clock"]).astimezone(SHANGHAI).date().isoformat()
        (serving,) = [p for p in status["projections"] if (p["name"], p["state"]) == (name, "serving")] or [None]
        if serving is None or serving["business_date"] < day:
            return False
        return all(int(serving["positions"].get(part, 0)) >= position for part, position in wanted.items())

    def until(self, condition: Any, what: str, seconds: float = _PATIENCE) -> None:
        """Wait for a condition; a service that is away for a moment only means to wait on."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                if condition():
                    return
            except grpc.RpcError as away:
                if away.code() not in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED):
                    raise
            assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
            time.sleep(0.02)

    def _call(self, channel: grpc.Channel, module: Any, service: str, method: str, fields: dict[str, Any]) -> Any:
        descriptor = module.DESCRIPTOR.services_by_name[service]
        rpc = descriptor.methods_by_name[method]
        request, response = GetMessageClass(rpc.input_type), GetMessageClass(rpc.output_type)
        call = channel.unary_unary(
            f"/{descriptor.full_name}/{method}",
            request_serializer=request.SerializeToString,
            response_deserializer=response.FromString,
        )
        answer = call(ParseDict(fields, request()), timeout=_PATIENCE)
        return MessageToDict(answer, preserving_proto_field_name=True, always_print_fields_with_no_presence=True)


def _plain(fields: dict[str, Any]) -> dict[str, Any]:
    return {key: str(value) if isinstance(value, date) else value for key, value in fields.items()}
