"""The events that are read whole are found without reading the log: by an index that names every type of theirs."""

from __future__ import annotations

from collections.abc import Set

import pytest

from services.registry.events import ACCOUNT_TYPES, UNIT_TYPES
from tests.integration.registry.running import RunningRegistry
from xianfeng.store.log import Query


@pytest.mark.parametrize("types", [UNIT_TYPES, ACCOUNT_TYPES])
def test_the_index_serves_the_question_of_a_start(registry: RunningRegistry, types: Set[str]) -> None:
    query = Query(limit=5_000, types=sorted(types), until=10**6)

    async def plan() -> str:
        async with registry.server.pool.connection() as connection:
            # Of a log so small the server would read the whole.
            await connection.execute("set local enable_seqscan = off")
            statement = "explain " + query.statement("registry").as_string(connection)
            rows = await (await connection.execute(statement.encode(), query.parameters())).fetchall()
        return "\n".join(str(row[0]) for row in rows)

    assert "registry_events_read_whole" in registry.on_loop(plan())
