from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.registry.running import RunningRegistry, running_registry


@pytest.fixture(scope="module")
def registry(postgres_dsn: str) -> Iterator[RunningRegistry]:
    with running_registry(postgres_dsn) as running:
        yield running
