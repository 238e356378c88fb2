"""Accounts of roles that are logged in already: logging in has tests of its own."""

from __future__ import annotations

from services.console.session import Reader, Sessions
from xianfeng.clock import clock_from
from xianfeng.rpc.caller import Principal
from xianfeng.rpc.tokens import Tokens
from xianfeng.settings import Settings

__all__ = ["session_of", "token_of"]


def token_of(settings: Settings, role: str, unit: str, enterprise: str = "") -> str:
    """A token issued now, by the installation's clock; `unit` and `enterprise` are subjects, no unit: the root."""
    principal = Principal(f"system:{role}", role, unit, enterprise)
    return Tokens(settings.signing_key, clock_from(settings.clock)).issue(principal)


def session_of(settings: Settings, role: str, unit: str, enterprise: str = "") -> str:
    """What the cookie of somebody of this role at this unit holds."""
    reader = Reader(token_of(settings, role, unit, enterprise), role, role, unit, enterprise, False, "")
    return Sessions(settings.signing_key, clock_from(settings.clock)).write(reader)
