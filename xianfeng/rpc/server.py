"""A gRPC server of the system: guarded, with health and reflection, bounded messages, and one way to stop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import grpc
from google.protobuf.descriptor import ServiceDescriptor
from grpc_health.v1 import health_pb2
from grpc_health.v1.health import OVERALL_HEALTH
from grpc_health.v1.health import aio as health_aio
from grpc_health.v1.health_pb2_grpc import add_HealthServicer_to_server
from grpc_reflection.v1alpha import reflection

from xianfeng.failure import StartFailure
from xianfeng.rpc.guard import Guard
from xianfeng.rpc.permissions import methods_of
from xianfeng.rpc.wire import MAX_MESSAGE
from xianfeng.words import say

__all__ = ["RpcServer"]

_OPTIONS = [
    # By default a second server on the same port would start without a word.
    ("grpc.so_reuseport", 0),
    ("grpc.max_receive_message_length", MAX_MESSAGE),
    ("grpc.max_send_message_length", MAX_MESSAGE),
    ("grpc.max_metadata_size", 16 * 1024),
]


class RpcServer:
    """Add services, start, say when it serves, stop. Health is NOT_SERVING until `serving(True)`."""

    def __init__(self, address: str, guard: Guard) -> None:
        self.address = address
        self.services: list[ServiceDescriptor] = []
        self._server = grpc.aio.server(interceptors=[guard], options=_OPTIONS)
        self._health = health_aio.HealthServicer()
        self.port = 0

    def add(self, service: ServiceDescriptor, register: Callable[[Any, Any], None], servicer: object) -> None:
        """Serve a service: its descriptor, the generated `add_…Servicer_to_server`, and what answers."""
        register(servicer, self._server)
        self.services.append(service)

    @property
    def methods(self) -> list[str]:
        """Full names of the methods of the services that were added."""
        return methods_of(*self.services)

    async def start(self) -> None:
        """Listen. Raises StartFailure when the address is taken."""
        add_HealthServicer_to_server(self._health, self._server)
        health = health_pb2.DESCRIPTOR.services_by_name["Health"].full_name
        names = [service.full_name for service in self.services]
        reflection.enable_server_reflection((*names, health, reflection.SERVICE_NAME), self._server)
        await self.serving(False)
        try:
            self.port = self._server.add_insecure_port(self.address)
        except RuntimeError as taken:
            raise StartFailure(say("rpc.address-taken", address=self.address)) from taken
        await self._server.start()

    async def serving(self, ready: bool) -> None:
        """Tell the health service."""
        status = health_pb2.HealthCheckResponse.SERVING if ready else health_pb2.HealthCheckResponse.NOT_SERVING
        await self._health.set(OVERALL_HEALTH, status)

    async def stop(self, grace: float = 3.0) -> None:
        """Refuse new calls, let running ones end for `grace` seconds. Follow-streams must be told to end before."""
        await self._health.enter_graceful_shutdown()
        await self._server.stop(grace)
