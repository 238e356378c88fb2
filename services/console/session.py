"""Who reads: a signed cookie that carries registry's token, and what a page needs to know of the account."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from itsdangerous import BadData, Signer, URLSafeSerializer

from xianfeng.clock import Clock

__all__ = ["COOKIE", "LoginNeeded", "PasswordNeeded", "Reader", "Sessions"]

COOKIE = "xianfeng_session"
OPERATORS = ("administrator", "operator", "auditor")
WATCHERS = ("operator", "auditor")


class LoginNeeded(Exception):
    """The page is for readers who are logged in."""


class PasswordNeeded(Exception):
    """The reader still has a one-time password and may only change it."""


@dataclass(frozen=True)
class Reader:
    """A logged-in account; ``expires`` is an ISO instant, ``enterprise`` is set for enterprise accounts only."""

    token: str
    handle: str
    role: str
    unit: str
    enterprise: str
    must_change_password: bool
    expires: str

    @property
    def operates(self) -> bool:
        """Whether the services tell this role how they are."""
        return self.role in OPERATORS

    @property
    def enters(self) -> bool:
        """Whether this role enters facts; which ones, registry's table of roles says."""
        return self.role not in WATCHERS

    @classmethod
    def of(cls, answer: Any) -> Reader:
        """Make a reader of registry's LoginResponse."""
        account = answer.account
        return cls(
            token=answer.token,
            handle=account.handle,
            role=account.role,
            unit=account.unit,
            enterprise=account.enterprise,
            must_change_password=account.must_change_password,
            expires=answer.expires,
        )


class Sessions:
    """Writes and reads the cookie. The services check the token inside on every call; this only spares a trip."""

    def __init__(self, signing_key: bytes, clock: Clock) -> None:
        self._serializer = URLSafeSerializer(signing_key, salt="console-session")
        self._clock = clock
        self._signer = Signer(signing_key, salt="console-form")

    def form_token(self, reader: Reader) -> str:
        """What proves that a form was made for this account. It outlives the login: what was typed stays usable."""
        return self._signer.get_signature(reader.handle).decode()

    def made_for(self, reader: Reader, token: str) -> bool:
        """Whether a form's token is this account's."""
        return self._signer.verify_signature(reader.handle, token)

    def write(self, reader: Reader) -> str:
        return str(self._serializer.dumps(asdict(reader)))

    def read(self, cookie: str | None) -> Reader | None:
        """Return the reader, or None when the cookie is missing, forged, of another form, or has run out."""
        try:
            reader = Reader(**self._serializer.loads(cookie or ""))
            alive = not reader.expires or self._clock.now() < datetime.fromisoformat(reader.expires)
        except (BadData, TypeError, ValueError):
            return None
        return reader if alive else None
