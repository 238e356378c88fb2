"""What registry sends to the bus and hears from it: its log goes out, its directory and policies follow it."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from proto.xianfeng.platform.v1 import operations_pb2, operations_pb2_grpc
from services.registry.events import CATALOGUE, TOPIC, UNITS_TOPIC, topic_of
from services.registry.policies import POLICY_TYPES, follow
from services.registry.projections import DirectoryProjection
from services.registry.retention import Retention
from services.registry.server import RegistryServer
from xianfeng.bus.fetch import from_table
from xianfeng.bus.policies import PolicyLoop
from xianfeng.bus.relay import Relay
from xianfeng.bus.runner import ProjectionRunner
from xianfeng.bus.topics import Topic
from xianfeng.operations import OperationsServicer
from xianfeng.rpc.runner import own_version

__all__ = ["TOPICS", "RegistryBus"]

TOPICS = {TOPIC: Topic(TOPIC), UNITS_TOPIC: Topic(UNITS_TOPIC, partitions=1)}
"""By name."""


class RegistryBus:
    """Everything of registry that runs beside its gRPC server; adds service Operations to that."""

    def __init__(self, server: RegistryServer, dsn: str, bootstrap: list[str]) -> None:
        self._application = server.application
        self.relay = Relay(dsn, "registry", bootstrap, tuple(TOPICS.values()), lambda kind: TOPICS[topic_of(kind)])
        self.directory = ProjectionRunner(
            DirectoryProjection, dsn, bootstrap, server.clock, from_table(dsn, "registry")
        )
        self.policy = PolicyLoop(dsn, "registry", "free-advisers", sorted(POLICY_TYPES), self._follow)
        self.retention = Retention(server.application, server.pool)
        operations = OperationsServicer(
            "registry", own_version(), server.clock, dsn, runners=[self.directory], relay=self.relay
        )
        service = operations_pb2.DESCRIPTOR.services_by_name["Operations"]
        server.rpc.add(service, operations_pb2_grpc.add_OperationsServicer_to_server, operations)

    def coroutines(self) -> list[tuple[str, Coroutine[Any, Any, None]]]:
        """What runs until cancelled, by name."""
        return [
            ("relay", self.relay.run()),
            ("directory", self.directory.run()),
            ("policy", self.policy.run()),
            ("retention", self.retention.run()),
        ]

    async def _follow(self, raw: bytes) -> None:
        await follow(self._application, CATALOGUE.load(raw))
