"""What happens to accounts: opened, changed, closed, given passwords. Event and row in one transaction."""

from __future__ import annotations

import asyncio
from typing import Any, get_args

from pydantic import TypeAdapter, ValidationError

from services.registry.accounts.passwords import hashed, one_time
from services.registry.application import Application
from services.registry.commands.desk import Desk
from services.registry.commands.model import EnterpriseRef, UnitRef
from services.registry.domain.account import Account
from services.registry.domain.enterprise import Enterprise
from services.registry.domain.words import refuse
from services.registry.events.base import FreeText
from services.registry.events.unit import AccountOpened, Handle, Role
from xianfeng.event import new_id, subject_id
from xianfeng.rpc.caller import Principal

__all__ = ["AccountOffice"]

_HANDLE: TypeAdapter[str] = TypeAdapter(Handle)
_REASON: TypeAdapter[str] = TypeAdapter(FreeText)
_UNIT: TypeAdapter[str] = TypeAdapter(UnitRef)
_ENTERPRISE: TypeAdapter[str] = TypeAdapter(EnterpriseRef)
_INSERT = "insert into account (id, handle, role, unit, enterprise, argon2) values (%s, %s, %s, %s, %s, %s)"


class AccountOffice:
    def __init__(self, application: Application) -> None:
        self._application = application

    async def open(
        self, caller: Principal, handle: str, role: str, unit: str, enterprise: str, *, password: str = ""
    ) -> tuple[str, str]:
        """Open an account; its id and one-time password."""
        handle, checked = _handle(handle), _role(role)
        unit = _checked(_UNIT, unit, "ref-form", "unit")
        enterprise = enterprise and _checked(_ENTERPRISE, enterprise, "ref-form", "enterprise")
        password = password or one_time()
        secret = await asyncio.to_thread(hashed, password)

        def decide(desk: Desk) -> dict[str, Any]:
            if desk.session.find_claim("handle", handle) is not None:
                raise refuse("handle-taken", field="handle", kind="taken", handle=handle)
            owner = desk.target(Enterprise, enterprise, "enterprise").id if enterprise else None
            account = desk.session.new(Account, subject_id(Account.PREFIX, desk.command_id))
            desk.session.claim("handle", handle, account.id, field="handle")
            home = desk.unit(unit, "unit")
            account.open(AccountOpened(handle=handle, role=checked, unit=home, enterprise=owner))
            desk.session.execute(_INSERT, (account.id, handle, checked, home, owner or "", secret))
            return {"id": account.id}

        return str((await self._decide(caller, decide))["id"]), password

    async def change(self, caller: Principal, handle: str, role: str, unit: str) -> None:
        """Give the account another role or unit; empty stays as it is."""
        handle, checked = _handle(handle), _role(role) if role else None
        unit = unit and _checked(_UNIT, unit, "ref-form", "unit")

        def decide(desk: Desk) -> dict[str, Any]:
            account = _account(desk, handle)
            account.change(checked, desk.unit(unit, "unit") if unit else None)
            desk.session.execute(
                "update account set role = %s, unit = %s where id = %s", (account.role, account.unit, account.id)
            )
            return {}

        await self._decide(caller, decide)

    async def close(self, caller: Principal, handle: str, reason: str) -> None:
        handle, text = _handle(handle), _checked(_REASON, reason, "reason-text", "reason")

        def decide(desk: Desk) -> dict[str, Any]:
            account = _account(desk, handle)
            account.close(text or None)
            desk.session.execute("update account set closed = true, argon2 = '' where id = %s", (account.id,))
            return {}

        await self._decide(caller, decide)

    async def set_password(self, caller: Principal, password: str) -> None:
        """The account's own password; what was signed before is refused from now on."""
        secret = await asyncio.to_thread(hashed, password)

        def decide(desk: Desk) -> dict[str, Any]:
            _give(desk, desk.session.get(Account, caller.account), secret, one_time=False)
            return {}

        await self._decide(caller, decide)

    async def reset_password(self, caller: Principal, handle: str) -> str:
        """Give the account of this handle a one-time password, which is returned."""
        handle, password = _handle(handle), one_time()
        secret = await asyncio.to_thread(hashed, password)

        def decide(desk: Desk) -> dict[str, Any]:
            _give(desk, _account(desk, handle), secret, one_time=True)
            return {}

        await self._decide(caller, decide)
        return password

    async def _decide(self, caller: Principal, decide: Any) -> dict[str, Any]:
        key = f"{caller.account}/{new_id(self._application.clock)}"
        return (await self._application.decide(key, caller, decide)).value


def _give(desk: Desk, account: Account, secret: str, *, one_time: bool) -> None:
    account.set_password()
    update = "update account set argon2 = %s, must_change = %s, passwords = %s where id = %s"
    desk.session.execute(update, (secret, one_time, account.passwords, account.id))


def _account(desk: Desk, handle: str) -> Account:
    """The account of this handle under the caller's unit; nobody changes their own."""
    found = desk.session.find_claim("handle", handle)
    if found is None:
        raise refuse("unknown-handle", field="handle", kind="unknown", handle=handle)
    account = desk.session.get(Account, found, field="handle")
    desk.require_under(account.unit, "handle")
    if account.id == desk.principal.account:
        raise refuse("last-administrator", field="handle")
    return account


def _handle(handle: str) -> str:
    return _checked(_HANDLE, handle, "handle-form", "handle")


def _role(role: str) -> Role:
    if role not in get_args(Role):
        raise refuse("unknown-role", field="role", kind="invalid", role=role[:50], roles="、".join(get_args(Role)))
    return TypeAdapter[Role](Role).validate_python(role)


def _checked(adapter: TypeAdapter[str], text: str, reason: str, field: str) -> str:
    try:
        return adapter.validate_python(text)
    except ValidationError:
        raise refuse(reason, field=field, kind="invalid") from None
