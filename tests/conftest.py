"""Fixtures for all tests, and how they are shared out when several workers run them (`make test`)."""

from __future__ import annotations

import os

# As in `xianfeng.runtime.serve`: gRPC's threads come back in a child, and one with threads gets no namespace of its own.
os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer

from tests.fixtures.servers import (
    database,
    kafka_bootstrap,
    postgres_dsn,
    postgres_server,
    server_dir,
)
from tests.fixtures.workers import ByFile

__all__ = ["database", "kafka_bootstrap", "postgres_dsn", "postgres_server", "server_dir"]

# How long an example takes says how busy the machine is, and nothing about the code.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile:
    return ByFile(config, log)
