"""Fixtures for all tests."""

from __future__ import annotations

import os

# As in `xianfeng.runtime.serve`: gRPC's threads come back in a child, and one with threads gets no namespace of its own.
os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")

from tests.fixtures.servers import (
    database,
    kafka_bootstrap,
    postgres_dsn,
    postgres_server,
    server_dir,
)

__all__ = ["database", "kafka_bootstrap", "postgres_dsn", "postgres_server", "server_dir"]
