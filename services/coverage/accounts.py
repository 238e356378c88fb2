"""What became of accounts since their tokens were signed: heard from registry's log, a moment after it happened."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import grpc
import structlog

from proto.xianfeng.platform.v1 import log_pb2
from services.registry.events import ACCOUNT_TYPES, CATALOGUE
from services.registry.events.unit import AccountChanged, AccountOpened, AccountPasswordSet
from xianfeng.rpc.caller import Principal
from xianfeng.rpc.tokens import unauthenticated

__all__ = ["Accounts"]

_AGAIN = 1.0
_log = structlog.get_logger("xianfeng.coverage")


class Accounts:
    """`log`: registry's EventLog stub. While registry is away a token is believed until it ends."""

    def __init__(self, log: Any) -> None:
        self._log = log
        self._position = 0
        self._now: dict[str, Principal | None] = {}

    def check(self, caller: Principal) -> None:
        """Refuse (unauthenticated) an account that was closed, or is no longer what its token says."""
        known = self._now.get(caller.account, caller)
        if known is None or not caller.holds_by(known):
            raise unauthenticated("expired-token")

    def take(self, position: int, raw: bytes) -> None:
        """Apply the event of an account at this position of the log; None stands for a closed one."""
        event = CATALOGUE.load(raw)
        account, data = event.originator_id, event.data
        before = self._now.get(account)
        match data:
            case AccountOpened():
                self._now[account] = Principal(account, data.role, data.unit, data.enterprise or "")
            case AccountChanged() if before:
                self._now[account] = replace(before, role=data.role or before.role, unit=data.unit or before.unit)
            case AccountPasswordSet() if before:
                self._now[account] = replace(before, passwords=before.passwords + 1)
            case _:
                self._now[account] = None
        self._position = position

    async def follow(self) -> None:
        """Stay up to date until cancelled."""
        while True:
            try:
                await self._read()
            except grpc.aio.AioRpcError as away:
                _log.info("accounts-not-followed", code=away.code().name)
            await asyncio.sleep(_AGAIN)

    async def _read(self) -> None:
        wanted = log_pb2.ReadRequest(after=self._position, types=sorted(ACCOUNT_TYPES), follow=True)
        async for answer in self._log.Read(wanted):
            for found in answer.events:
                self.take(found.position, found.event)
