"""Where a page of a list begins: the reader's order, and a token that names the row before or after it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from xianfeng.refusal import Refused
from xianfeng.words import say

__all__ = ["MOST", "Cursor", "Order", "Place", "read_cursor", "read_order", "token_of"]

_PAGE, MOST = 50, 1000
_LAST = 2**31 - 1
_TEXTS = ("name_folded", "code")
"""Expressions of orders that are texts; all others are integers."""


class Place(NamedTuple):
    """A row's place in an order: what it is sorted by, then its folded name, then its subject."""

    sort: str | int
    name: str
    subject: str


class Order(NamedTuple):
    """`expression` is SQL of a text or integer; whatever has no value of its own comes last either way round."""

    name: str
    expression: str
    descending: bool


class Cursor(NamedTuple):
    """`size` rows beyond a place (None: from the first on); `backwards`: those before it."""

    size: int
    at: Place | None = None
    backwards: bool = False


def read_order(wanted: str, known: Mapping[str, str]) -> Order:
    """A sort by its name, a leading "-" turns it round; the first known one for an empty text. Raises Refused.

    In an expression `{last}` stands for what comes last.
    """
    name = wanted.removeprefix("-") or next(iter(known))
    if name not in known:
        message = say("coverage.refused.bad-sort", value=wanted[:_PAGE], known="、".join(known))
        raise Refused(message, kind="invalid", reason="bad-sort", field="sort")
    descending = wanted.startswith("-")
    return Order(name, known[name].format(last=-_LAST if descending else _LAST), descending)


def read_cursor(page_size: int, token: str, order: Order) -> Cursor:
    """Raises Refused for a size out of bounds, or a token that was not made for this order."""
    if not 0 <= page_size <= MOST:
        message = say("coverage.refused.bad-page-size", most=MOST, value=page_size)
        raise Refused(message, kind="invalid", reason="bad-page-size", field="page_size")
    if not token:
        return Cursor(page_size or _PAGE)
    try:
        made_for, backwards, place = msgspec.json.decode(base64.urlsafe_b64decode(token), type=tuple[str, bool, Place])
    except (binascii.Error, msgspec.DecodeError, ValueError):
        made_for, backwards, place = "", False, Place("", "", "")
    if made_for != _name(order) or "\0" in f"{place.sort}{place.name}{place.subject}" or not _fits(place, order):
        message = say("coverage.refused.bad-page-token")
        raise Refused(message, kind="invalid", reason="bad-page-token", field="page_token")
    return Cursor(page_size or _PAGE, place, backwards)


def token_of(order: Order, place: Place, *, backwards: bool) -> str:
    """What `read_cursor` reads."""
    return base64.urlsafe_b64encode(msgspec.json.encode((_name(order), backwards, place))).decode()


def _name(order: Order) -> str:
    return f"-{order.name}" if order.descending else order.name


def _fits(place: Place, order: Order) -> bool:
    """Is it sorted by a text where the order is one of texts, else by a number that a column holds?"""
    if order.expression in _TEXTS:
        return isinstance(place.sort, str)
    return not isinstance(place.sort, str) and abs(place.sort) <= _LAST
