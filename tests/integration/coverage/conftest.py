"""What asks a world: a pool on coverage's tables. Each module has a `told` of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from proto.xianfeng.platform.v1.log_pb2_grpc import EventLogStub
from tests.integration.coverage.world import World, served_log
from xianfeng.store.pool import Pool, open_pool


@pytest.fixture
async def pool(told: World) -> AsyncIterator[Pool]:
    async with open_pool(told.conninfo("coverage")) as pool:
        yield pool


@pytest.fixture
async def log(told: World) -> AsyncIterator[EventLogStub]:
    async with served_log(told) as log:
        yield log
