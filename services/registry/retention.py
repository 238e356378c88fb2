"""People in roles are forgotten some time after the role ended (domain §9); what the role did stays."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import structlog
from psycopg import OperationalError
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from services.registry.application import Application
from services.registry.policies import ACTOR
from xianfeng.event import derived_id
from xianfeng.refusal import Refused

__all__ = ["KEPT", "Retention"]

KEPT = timedelta(days=730)
"""How long after the end of a role its holder's name and phone are kept (assumed)."""

_LOOK = 30.0
_log = structlog.get_logger("xianfeng.registry")


class Retention:
    """Erases by command, so that each erasure is in the log. It looks often, for the clock may have been moved."""

    def __init__(self, application: Application, pool: AsyncConnectionPool[Any]) -> None:
        self._application = application
        self._pool = pool

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.erase_old()
            except (OperationalError, PoolTimeout, Refused) as away:
                _log.warning("retention-put-off", error=type(away).__name__)
            await asyncio.sleep(_LOOK)

    async def erase_old(self) -> int:
        """How many persons were erased now."""
        before = self._application.clock.today() - KEPT
        async with self._pool.connection() as connection:
            old = await self._application.holders.kept_too_long(connection, before)
        for holder, _ in old:
            meta = {"command_id": derived_id("retention", holder)}
            await self._application.run(
                "EraseContact", {"meta": meta, "holder": holder, "reason": "retention_ended"}, ACTOR
            )
        return len(old)
