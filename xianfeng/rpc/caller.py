"""Who makes the present call: set by the server's guard, read by handlers."""

from __future__ import annotations

from contextvars import ContextVar, Token
from dataclasses import dataclass, replace

__all__ = ["SERVICE", "Principal", "principal", "reset_principal", "set_principal"]

SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Principal:
    """An account that acts. `account` is what events name as their actor; `unit` is a subject, empty: the root.

    `passwords`: how often it had been given another password.
    """

    account: str
    role: str
    unit: str = ""
    enterprise: str = ""
    passwords: int = 0

    def holds_by(self, known: Principal) -> bool:
        """Whether what was signed for this one still holds by what is known of the account.

        It may have been signed after a password that is not known of yet, never before one that is.
        """
        # Asked at every call: a copy is made only for the moment in which a password is not heard of.
        return self == known or (self.passwords > known.passwords and replace(self, passwords=known.passwords) == known)


_principal: ContextVar[Principal] = ContextVar("principal")


def principal() -> Principal:
    """The account that makes the present call. Raises LookupError outside one, and inside an open one (login)."""
    return _principal.get()


def set_principal(caller: Principal) -> Token[Principal]:
    """Make `caller` the one who acts, in this task."""
    return _principal.set(caller)


def reset_principal(token: Token[Principal]) -> None:
    """Undo `set_principal`."""
    _principal.reset(token)
