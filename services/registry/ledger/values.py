"""What a person writes in a cell, as a value of its field."""

from __future__ import annotations

import re
from functools import cache

from services.registry.ledger.fields import CLEAR, FIELDS, YES, Field
from services.registry.ledger.plan import fault
from services.registry.ledger.words import heading, shown
from xianfeng.privacy import holds_personal_number
from xianfeng.tabular import NotADay, day_of, plain
from xianfeng.words import say

__all__ = ["is_ticked", "read_cell"]

_COUNT = re.compile(r"(\d{1,9})(?:\.0)?[名人个届次]?")
_LONGEST = 200
_YES_OR_NO = {"adviser", *(key for key, field in FIELDS.items() if field.kind == "mark")}


def read_cell(field: str, text: str) -> str:
    """The value that a cell states; empty when it states nothing. Raises Refused that says what is wrong with it."""
    text, kind = plain(text), FIELDS[field]
    if not text:
        return ""
    if text in _words("clear") or (field in _YES_OR_NO and text in _words("unticked")):
        return _cleared(kind)
    return _READERS[kind.kind](kind, text)


def is_ticked(column: str, text: str) -> bool:
    """Whether a column of one option is ticked. Raises Refused for what is neither a tick nor none."""
    text = plain(text)
    if not text or text in _words("unticked") or text in _words("clear"):
        return False
    if text in _words("ticked"):
        return True
    raise fault("tick", column=column)


def _cleared(field: Field) -> str:
    if not field.clears:
        raise fault("not-cleared", field=field.key, column=heading(field.key))
    return CLEAR


def _count(field: Field, text: str) -> str:
    found = _COUNT.fullmatch(text.replace(",", "").replace(" ", ""))
    if found is None:
        raise fault("count", field=field.key, column=heading(field.key))
    return str(int(found[1]))


def _day(field: Field, text: str) -> str:
    try:
        return day_of(text).isoformat()
    except NotADay as wrong:
        raise fault(f"day-{wrong.reason}", field=field.key, column=heading(field.key)) from None


def _free(field: Field, text: str) -> str:
    if len(text) > _LONGEST:
        raise fault("long", field=field.key, column=heading(field.key), most=_LONGEST)
    if holds_personal_number(text):
        raise fault("personal", field=field.key, column=heading(field.key))
    return text


def _choice(field: Field, text: str) -> str:
    found = _choices(field.key).get(text)
    if found is None:
        known = "、".join(shown(field.key, choice) for choice in field.choices)
        raise fault("choice", field=field.key, column=heading(field.key), choices=known)
    return found


def _mark(field: Field, text: str) -> str:
    if text not in _words("ticked"):
        raise fault("mark", field=field.key, column=heading(field.key))
    return YES


@cache
def _choices(field: str) -> dict[str, str]:
    """Words and codes of a field's choices → code; of an adviser also that there is one, whoever it is."""
    choices = FIELDS[field].choices
    found = {shown(field, choice): choice for choice in choices} | {choice: choice for choice in choices}
    return found | (dict.fromkeys(_words("ticked"), "any") if field == "adviser" else {})


@cache
def _words(kind: str) -> frozenset[str]:
    return frozenset(say(f"ledger.word.{kind}").split())


_READERS = {"count": _count, "day": _day, "text": _free, "choice": _choice, "mark": _mark}
