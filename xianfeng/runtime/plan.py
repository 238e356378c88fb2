"""What runs in an installation, in which tiers: the embedded servers it needs, then its services."""

from __future__ import annotations

import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import xianfeng
from xianfeng.runtime import health, kafka, postgres
from xianfeng.runtime.keeper import Program
from xianfeng.runtime.process import Command
from xianfeng.settings import Settings

__all__ = ["ports_of", "provisioning_of", "tiers_of"]

PROJECT = Path(xianfeng.__file__).parent.parent


def tiers_of(settings: Settings) -> list[list[Program]]:
    """Return the tiers of an installation, servers first; a server given from outside is not in them."""
    servers = []
    if settings.database_url is None:
        servers.append(_postgres(settings))
    if settings.kafka_servers is None:
        servers.append(_kafka(settings))
    return [servers, [_service(settings, name) for name in settings.services]]


def ports_of(settings: Settings) -> dict[str, tuple[str, int]]:
    """Return host and port of everything that will listen, by name."""
    names = [] if settings.database_url else ["postgres"]
    names += [] if settings.kafka_servers else ["kafka", "kafka_controller"]
    local = {name: ("127.0.0.1", settings.port(name)) for name in names}
    return local | {name: (settings.host, settings.port(name)) for name in settings.services}


def provisioning_of(settings: Settings) -> list[Command]:
    """Return the command that makes database, roles and schemas, where it may still have something to do."""
    if postgres.is_provisioned(settings):
        return []
    return [_python(settings, "provision", "xianfeng.runtime.postgres")]


def _postgres(settings: Settings) -> Program:
    data, port = settings.data_dir / "postgres", settings.port("postgres")
    return Program(
        postgres.server_command(data, port),
        health.postgres_answers(port),
        prepare=lambda: postgres.create_cluster(data, settings.secrets.passwords["postgres"]),
    )


def _kafka(settings: Settings) -> Program:
    data = settings.data_dir / "kafka"
    ports = settings.port("kafka"), settings.port("kafka_controller")
    return Program(
        kafka.broker_command(data),
        health.kafka_answers(ports[0]),
        prepare=lambda: kafka.format_storage(data, settings.installation.cluster_id, *ports),
    )


def _service(settings: Settings, name: str) -> Program:
    address = settings.address(name)
    check: Callable[[], Awaitable[bool]] = health.grpc_serves(address)
    if name == "console":
        check = health.console_answers(address)
    return Program(_python(settings, name, "xianfeng.runtime.gate", f"services.{name}", gated=True), check)


def _python(settings: Settings, name: str, *module: str, gated: bool = False) -> Command:
    path = os.pathsep.join(p for p in (str(PROJECT), os.environ.get("PYTHONPATH", "")) if p)
    env = {
        "XIANFENG_DATA_DIR": str(settings.data_dir),
        "PYTHONPATH": path,
        # A C library that gives every thread its own arena keeps tens of megabytes for nothing.
        "MALLOC_ARENA_MAX": "2",
        "GRPC_ENABLE_FORK_SUPPORT": "0",
    }
    return Command(name, [sys.executable, "-m", *module], env=env, cwd=settings.data_dir, gated=gated)
