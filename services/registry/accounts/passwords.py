"""Passwords: argon2id hashes, one-time passwords, and what a password must be."""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from services.registry.domain.words import refuse

__all__ = ["check_new", "hashed", "matches", "one_time"]

SHORTEST, LONGEST = 10, 128
# 19 MiB, two passes (OWASP's first choice): some 20 ms a login.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_NOBODY = _hasher.hash(secrets.token_urlsafe(16))


def one_time() -> str:
    """A password for the first login, without letters that look alike."""
    return "-".join("".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(4)) for _ in range(4))


def hashed(password: str) -> str:
    return _hasher.hash(password)


def matches(hash_: str | None, password: str) -> bool:
    """Whether this is the password. It takes as long when there is no account, so time tells nothing."""
    if len(password) > LONGEST:
        return False
    try:
        _hasher.verify(hash_ or _NOBODY, password)
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return False
    return bool(hash_)


def check_new(password: str, old: str, handle: str) -> None:
    """Refuse a new password that is too short, too long, the old one, or the handle."""
    if not SHORTEST <= len(password) <= LONGEST or password in (old, handle) or not password.isprintable():
        raise refuse("weak-password", field="new_password", kind="invalid")
