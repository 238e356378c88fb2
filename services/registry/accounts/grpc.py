"""Service Accounts: login, own password, and the accounts under an administrator's unit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from proto.xianfeng.registry.v1 import accounts_pb2 as pb
from services.registry.accounts.book import AccountBook, Row
from services.registry.accounts.limiter import LoginLimiter
from services.registry.accounts.office import AccountOffice
from services.registry.accounts.passwords import check_new, matches
from services.registry.domain.words import refuse
from xianfeng.rpc.caller import principal
from xianfeng.rpc.tokens import Tokens

__all__ = ["AccountsServicer"]

LiesUnder = Callable[[str, str], bool]


class AccountsServicer:
    """`lies_under(unit, above)` answers by today's tree of units."""

    def __init__(
        self, office: AccountOffice, book: AccountBook, tokens: Tokens, limiter: LoginLimiter, lies_under: LiesUnder
    ) -> None:
        self._office = office
        self._book = book
        self._tokens = tokens
        self._limiter = limiter
        self._lies_under = lies_under

    async def Login(self, request: pb.LoginRequest, context: Any) -> pb.LoginResponse:  # noqa: N802
        handle, address = request.handle[:64], _address(context)
        self._limiter.check(handle, address)
        await self._book.refresh()
        row = self._book.by_handle(handle)
        known = None if row is None or row.closed else row.argon2
        if not await asyncio.to_thread(matches, known, request.password) or row is None:
            self._limiter.failed(handle, address)
            raise refuse("login", field="handle", kind="unauthenticated")
        self._limiter.succeeded(handle, address)
        token = self._tokens.issue(row.principal)
        expires = self._tokens.expires(token)
        return pb.LoginResponse(token=token, account=_account(row), expires=expires.isoformat() if expires else "")

    async def ChangePassword(  # noqa: N802
        self, request: pb.ChangePasswordRequest, context: Any
    ) -> pb.ChangePasswordResponse:
        caller, address = principal(), _address(context)
        row = self._book.by_id(caller.account)
        if row is None:
            raise refuse("no-password")
        self._limiter.check(row.handle, address)
        if not await asyncio.to_thread(matches, row.argon2, request.old_password):
            self._limiter.failed(row.handle, address)
            raise refuse("old-password", field="old_password", kind="invalid")
        check_new(request.new_password, request.old_password, row.handle)
        await self._office.set_password(caller, request.new_password)
        await self._book.refresh()
        fresh = self._book.by_id(caller.account) or row
        return pb.ChangePasswordResponse(token=self._tokens.issue(fresh.principal))

    async def AddAccount(self, request: pb.AddAccountRequest, context: Any) -> pb.AddAccountResponse:  # noqa: N802
        _, password = await self._office.open(
            principal(), request.handle, request.role, request.unit, request.enterprise
        )
        return pb.AddAccountResponse(account=await self._shown(request.handle), one_time_password=password)

    async def ChangeAccount(self, request: pb.ChangeAccountRequest, context: Any) -> pb.Account:  # noqa: N802
        await self._office.change(principal(), request.handle, request.role, request.unit)
        return await self._shown(request.handle)

    async def CloseAccount(self, request: pb.CloseAccountRequest, context: Any) -> pb.Account:  # noqa: N802
        await self._office.close(principal(), request.handle, request.reason)
        return await self._shown(request.handle)

    async def ResetPassword(  # noqa: N802
        self, request: pb.ResetPasswordRequest, context: Any
    ) -> pb.ResetPasswordResponse:
        password = await self._office.reset_password(principal(), request.handle)
        return pb.ResetPasswordResponse(account=await self._shown(request.handle), one_time_password=password)

    async def ListAccounts(self, request: pb.ListAccountsRequest, context: Any) -> pb.ListAccountsResponse:  # noqa: N802
        caller = principal()
        await self._book.refresh()
        rows = [row for row in self._book.all() if not caller.unit or self._lies_under(row.unit, caller.unit)]
        if request.unit:
            if caller.unit and not self._lies_under(request.unit, caller.unit):
                raise refuse("outside-unit", field="unit", kind="denied")
            rows = [row for row in rows if self._lies_under(row.unit, request.unit)]
        return pb.ListAccountsResponse(accounts=[_account(row) for row in rows])

    async def _shown(self, handle: str) -> pb.Account:
        await self._book.refresh()
        row = self._book.by_handle(handle.strip())
        if row is None:
            raise refuse("unknown-handle", field="handle", kind="unknown", handle=handle)
        return _account(row)


def _account(row: Row) -> pb.Account:
    return pb.Account(
        id=row.id, handle=row.handle, role=row.role, unit=row.unit, closed=row.closed, enterprise=row.enterprise,
        must_change_password=row.must_change,
    )  # fmt: skip


def _address(context: Any) -> str:
    """Where the login comes from: a console on this machine tells its browser's address, nobody else is believed."""
    host = str(context.peer()).rpartition(":")[0]
    told = dict(context.invocation_metadata() or ()).get("x-client-address", "")
    local = host.startswith(("ipv4:127.", "ipv6:[::1]", "ipv6:%5B::1%5D", "unix:"))
    return str(told)[:64] if local and told else host
