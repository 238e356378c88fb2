"""What pydantic finds wrong with a message, field by field, in words for people and without the values sent."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from pydantic import ValidationError

from xianfeng.words import catalogue, say

__all__ = ["Violation", "violations"]

_HAN = re.compile(r"[\u4e00-\u9fff]")


class Violation(NamedTuple):
    """`field` is the path in the request, dotted; `description` says what it must be."""

    field: str
    description: str


def violations(error: ValidationError) -> list[Violation]:
    """Every field that is wrong, in the message's order."""
    found = error.errors(include_url=False, include_input=False)
    return [Violation(".".join(map(str, item["loc"])), _describe(item)) for item in found]


def _describe(item: Any) -> str:
    context = item.get("ctx", {})
    if item["type"] in ("value_error", "assertion_error"):
        own = str(context.get("error", ""))
        return own if _HAN.search(own) else say("rpc.invalid.value")
    if _HAN.search(item["msg"]):
        return str(item["msg"])
    key = f"rpc.invalid.{item['type']}"
    return say(key, **context) if key in catalogue() else say("rpc.invalid.value")
