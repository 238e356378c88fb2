"""The accounts as they are now, in memory: asked at every call, refreshed every few seconds."""

from __future__ import annotations

import asyncio
from typing import Any, NamedTuple

import structlog
from psycopg import AsyncConnection, OperationalError
from psycopg.rows import class_row
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from services.registry.domain.words import refuse
from xianfeng.rpc.caller import Principal
from xianfeng.rpc.tokens import unauthenticated

__all__ = ["AccountBook", "Row"]

REFRESH = 3.0
"""Seconds after which another instance's changes are known here."""

_SELECT = "select id, handle, role, unit, enterprise, closed, argon2, must_change, passwords from account"
_WHILE_ONE_TIME = "/xianfeng.registry.v1.Accounts/ChangePassword"
_log = structlog.get_logger("xianfeng.registry")


class Row(NamedTuple):
    """One account. `enterprise` is empty but for the role of that name."""

    id: str
    handle: str
    role: str
    unit: str
    enterprise: str
    closed: bool
    argon2: str
    must_change: bool
    passwords: int

    @property
    def principal(self) -> Principal:
        return Principal(self.id, self.role, self.unit, self.enterprise, self.passwords)


class AccountBook:
    """All accounts of the installation: some thousands of rows."""

    def __init__(self, pool: AsyncConnectionPool[AsyncConnection[Any]]) -> None:
        self._pool = pool
        self._rows: dict[str, Row] = {}

    async def refresh(self) -> None:
        async with self._pool.connection() as connection, connection.cursor(row_factory=class_row(Row)) as cursor:
            rows = await (await cursor.execute(_SELECT)).fetchall()
        self._rows = {row.id: row for row in rows}

    async def keep_fresh(self) -> None:
        """Refresh until cancelled; while the database is away what is known stays."""
        while True:
            await asyncio.sleep(REFRESH)
            try:
                await self.refresh()
            except (OperationalError, PoolTimeout) as away:
                _log.warning("accounts-not-refreshed", error=type(away).__name__)

    def all(self) -> list[Row]:
        return sorted(self._rows.values(), key=lambda row: row.handle)

    def by_id(self, account: str) -> Row | None:
        return self._rows.get(account)

    def by_handle(self, handle: str) -> Row | None:
        return next((row for row in self._rows.values() if row.handle == handle), None)

    def check(self, caller: Principal, method: str) -> None:
        """The guard's second question: is the account still what its token says, and past its one-time password?"""
        if caller.account.startswith("system:"):
            return
        row = self._rows.get(caller.account)
        if row is None or row.closed or not caller.holds_by(row.principal):
            raise unauthenticated("expired-token")
        if row.must_change and method != _WHILE_ONE_TIME:
            raise refuse("must-change-password", kind="denied")
