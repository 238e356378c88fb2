"""Page tokens: where a page ended, as text that only this service reads."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Any, TypeVar

import msgspec

from services.registry.domain.words import refuse
from xianfeng.refusal import Refused

__all__ = ["foreign_token", "read_token", "token_of"]

P = TypeVar("P", bound=Sequence[Any])


def token_of(place: Sequence[Any]) -> str:
    """The token of a place: plain values by which a list is ordered."""
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode()


def read_token(token: str, kind: type[P]) -> P:
    """The place of this kind, a tuple. Raises Refused for a token that this service did not make."""
    try:
        place = msgspec.json.decode(base64.urlsafe_b64decode(token), type=kind)
    except (binascii.Error, ValueError, msgspec.DecodeError):
        raise foreign_token() from None
    if any(isinstance(part, str) and "\0" in part for part in place):
        raise foreign_token()
    return place


def foreign_token() -> Refused:
    """To be raised for a token that leads nowhere."""
    return refuse("query-page", field="page_token", kind="invalid")
