"""Fixtures for all tests."""

from __future__ import annotations

from tests.fixtures.servers import database, kafka_bootstrap, postgres_dsn, postgres_server, server_dir

__all__ = ["database", "kafka_bootstrap", "postgres_dsn", "postgres_server", "server_dir"]
