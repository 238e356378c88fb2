"""Signed tokens: who the bearer is and until when, readable by any process that has the installation's key."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import asdict, fields
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from itsdangerous import BadData, URLSafeSerializer

from xianfeng.clock import Clock
from xianfeng.refusal import Refused
from xianfeng.rpc.caller import SERVICE, Principal
from xianfeng.runtime.installation import write_private
from xianfeng.words import say

__all__ = ["LIFETIME", "Tokens", "read_local_token", "service_token", "unauthenticated", "write_local_token"]

LIFETIME = timedelta(hours=12)
_LOCAL = "local-token"
_LONGEST = 2_000
_REMEMBERED = 2_048
_FIELDS = {field.name for field in fields(Principal)} | {"expires"}


def unauthenticated(reason: str) -> Refused:
    """The refusal of a caller whom nothing proves, in the words under `rpc.unauthenticated.<reason>`."""
    message, remedy = say(f"rpc.unauthenticated.{reason}"), say("rpc.unauthenticated.remedy")
    return Refused(message, kind="unauthenticated", reason=reason, remedy=remedy)


class Tokens:
    """Issues and reads tokens under one key. Their time is the clock port's."""

    def __init__(self, key: bytes, clock: Clock) -> None:
        self._clock = clock
        self._serializer = URLSafeSerializer(key, "xianfeng.token", signer_kwargs={"digest_method": hashlib.sha256})
        # A signature proves the same each time; what was refused is not kept.
        self._known = lru_cache(_REMEMBERED)(self._load)

    def issue(self, principal: Principal, lifetime: timedelta | None = LIFETIME) -> str:
        """A token of this principal; with lifetime None it never expires."""
        expires = None if lifetime is None else (self._clock.now() + lifetime).timestamp()
        return str(self._serializer.dumps({**asdict(principal), "expires": expires}))

    def expires(self, token: str) -> datetime | None:
        """The instant from which a token is refused. Raises Refused for one that was not issued here."""
        return self._known(token)[1]

    def read(self, token: str) -> Principal:
        """The principal of a token. Raises Refused (unauthenticated) when it is forged, broken or expired."""
        principal, expires = self._known(token)
        if expires is not None and self._clock.now() >= expires:
            raise unauthenticated("expired-token")
        return principal

    def for_service(self, service: str) -> Callable[[], str]:
        """Gives a fresh token of a service at each call: it never expires in use, however the clock moves."""
        return lambda: service_token(self, service)

    def _load(self, token: str) -> tuple[Principal, datetime | None]:
        try:
            found = self._serializer.loads(token) if len(token) <= _LONGEST else None
        except BadData:
            found = None
        if not isinstance(found, dict) or found.keys() != _FIELDS:
            raise unauthenticated("bad-token")
        expires = found.pop("expires")
        until = None if expires is None else datetime.fromtimestamp(float(expires), UTC)
        return Principal(**found), until


def service_token(tokens: Tokens, service: str) -> str:
    """A token by which a service acts as itself."""
    return tokens.issue(Principal(f"system:{service}", SERVICE))


def write_local_token(data_dir: Path, tokens: Tokens, principal: Principal) -> None:
    """Keep a token of the data directory's owner there, mode 0600; it never expires."""
    write_private(data_dir / _LOCAL, tokens.issue(principal, None))


def read_local_token(data_dir: Path) -> str:
    """The local administrator's token. Raises Refused (unauthenticated) when it is missing or not ours to read."""
    try:
        return (data_dir / _LOCAL).read_text(encoding="utf-8").strip()
    except OSError as away:
        raise unauthenticated("no-local-token") from away
