"""Who may act: an id, a role, a unit. The password is no fact and stands apart."""

from __future__ import annotations

from services.registry.domain.base import DatedAggregate
from services.registry.domain.words import refuse
from services.registry.events.unit import AccountChanged, AccountClosed, AccountOpened, AccountPasswordSet, Role
from xianfeng.event import Event

__all__ = ["Account"]


class Account(DatedAggregate):
    """Role and unit hold at once: what an account may do has no past or future day."""

    KIND = "account"
    PREFIX = "acc"

    handle: str
    role: Role
    unit: str
    enterprise: str | None = None
    passwords = 0
    """How often it was given another password."""
    closed = False

    def open(self, data: AccountOpened) -> None:
        if (data.role == "enterprise") != (data.enterprise is not None):
            raise refuse("account-enterprise", field="enterprise", kind="invalid")
        self.record(data)

    def change(self, role: Role | None, unit: str | None) -> None:
        self._alive()
        if role is not None and (role == "enterprise") != (self.enterprise is not None):
            raise refuse("account-enterprise", field="role", kind="invalid")
        new = AccountChanged(role=role if role != self.role else None, unit=unit if unit != self.unit else None)
        if new.role is not None or new.unit is not None:
            self.record(new)

    def set_password(self) -> None:
        self._alive()
        self.record(AccountPasswordSet())

    def close(self, reason: str | None) -> None:
        if not self.closed:
            self.record(AccountClosed(reason=reason))

    def _alive(self) -> None:
        if self.closed:
            raise refuse("account-closed", field="handle", handle=self.handle)

    def on_opened(self, data: AccountOpened, event: Event) -> None:
        self.handle, self.role, self.unit, self.enterprise = data.handle, data.role, data.unit, data.enterprise

    def on_changed(self, data: AccountChanged, event: Event) -> None:
        self.role, self.unit = data.role or self.role, data.unit or self.unit

    def on_password_set(self, data: AccountPasswordSet, event: Event) -> None:
        self.passwords += 1

    def on_closed(self, data: AccountClosed, event: Event) -> None:
        self.closed = True
