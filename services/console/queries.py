"""What the console asks of the other services: one channel each, one deadline, the reader's own token."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import grpc

from proto.xianfeng.coverage.v1 import coverage_pb2, coverage_pb2_grpc
from proto.xianfeng.coverage.v1 import reports_pb2_grpc as monthly_pb2_grpc
from proto.xianfeng.platform.v1 import operations_pb2_grpc
from proto.xianfeng.registry.v1 import (
    accounts_pb2_grpc,
    audit_pb2_grpc,
    commands_pb2_grpc,
    imports_pb2_grpc,
    ledger_pb2_grpc,
    matters_pb2_grpc,
    queries_pb2_grpc,
    rehearsals_pb2_grpc,
    reports_pb2_grpc,
    work_pb2_grpc,
)
from xianfeng.rpc.channel import CONNECTING

__all__ = ["Caller", "Peers"]

DEADLINE = 8.0
PATIENCE = 120.0
"""For files on their way."""
OPTIONS = (*CONNECTING, ("grpc.max_receive_message_length", 8 << 20))


@dataclass(frozen=True)
class Caller:
    """For whom a call is made; ``token`` is empty before login, ``address`` is the browser's."""

    token: str
    correlation: str
    address: str = ""

    def metadata(self) -> tuple[tuple[str, str], ...]:
        pairs = [("x-correlation-id", self.correlation)]
        if self.token:
            pairs.append(("authorization", f"Bearer {self.token}"))
        if self.address:
            pairs.append(("x-client-address", self.address))
        return tuple(pairs)


class Peers:
    """The services behind the pages. ``service_token`` makes the console's own token for the shared streams."""

    def __init__(self, registry: str, coverage: str, service_token: Callable[[], str]) -> None:
        self._channels = [grpc.aio.insecure_channel(address, options=OPTIONS) for address in (registry, coverage)]
        to_registry, to_coverage = self._channels
        self.accounts = accounts_pb2_grpc.AccountsStub(to_registry)
        self.audit = audit_pb2_grpc.AuditStub(to_registry)
        self.registry = queries_pb2_grpc.QueriesStub(to_registry)
        self.commands = commands_pb2_grpc.CommandsStub(to_registry)
        self.imports = imports_pb2_grpc.ImportsStub(to_registry)
        self.ledgers = ledger_pb2_grpc.LedgerFilesStub(to_registry)
        self.matters = matters_pb2_grpc.MattersStub(to_registry)
        self.rehearsals = rehearsals_pb2_grpc.RehearsalsStub(to_registry)
        self.reports = reports_pb2_grpc.ReportsStub(to_registry)
        self.work = work_pb2_grpc.WorkStub(to_registry)
        self.coverage = coverage_pb2_grpc.CoverageStub(to_coverage)
        self.monthly = monthly_pb2_grpc.ReportsStub(to_coverage)
        self.operations = {
            "registry": operations_pb2_grpc.OperationsStub(to_registry),
            "coverage": operations_pb2_grpc.OperationsStub(to_coverage),
        }
        self._service_token = service_token

    async def ask(self, method: Any, request: Any, caller: Caller) -> Any:
        """Call a unary method; raises ``grpc.aio.AioRpcError``."""
        return await method(request, metadata=caller.metadata(), timeout=DEADLINE)

    def flow(self, method: Any, requests: Any, caller: Caller) -> Any:
        """Call a method that takes or gives a stream; the call as gRPC has it, with more patience."""
        return method(requests, metadata=caller.metadata(), timeout=PATIENCE)

    def watch(self, unit: str) -> AsyncIterator[Any]:
        """Stream the newest overview of a unit; ends or raises when the service goes away."""
        caller = Caller(self._service_token(), f"console-watch-{unit}")
        call = self.coverage.Watch(coverage_pb2.WatchRequest(unit=unit), metadata=caller.metadata())
        return aiter(call)

    async def close(self) -> None:
        for channel in self._channels:
            await channel.close()
