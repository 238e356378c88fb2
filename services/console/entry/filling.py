"""What was typed, as a command's request: whole numbers, days and truth values are read here, the rest by registry."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from google.protobuf.message_factory import GetMessageClass

from services.console.entry.fields import Field
from services.console.entry.table import SERVICE
from xianfeng.words import say

__all__ = ["Faults", "digest_of", "request_of"]

Faults = dict[str, str]
"""Field → what is wrong with it, in words."""
SEVERAL = "successors"


def request_of(
    command: str, given: Mapping[str, str], fields: Sequence[Field], typed: Mapping[str, str], meta: Mapping[str, Any]
) -> tuple[Any, Faults]:
    """The request of the typed values; fields that are empty are not stated. With faults it is not to be sent.

    ``given``: what is filled in without asking, the subject above all.
    """
    request = GetMessageClass(SERVICE.methods_by_name[command].input_type)(**given)
    faults: Faults = {}
    for field in fields:
        text = typed.get(field.name, "").strip()
        if text:
            _put(request, field, text, faults)
    for name, value in meta.items():
        if value not in ("", None):
            setattr(request.meta, name, value)
    if (effective := request.meta.effective) and not _is_day(effective):
        faults["meta.effective"] = say("console.entry.fault.day", text=effective[:40])
    return request, faults


def digest_of(command: str, typed: Mapping[str, str]) -> str:
    """Tells whether what is saved is what was checked."""
    text = json.dumps([command, sorted((name, value.strip()) for name, value in typed.items())], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _put(request: Any, field: Field, text: str, faults: Faults) -> None:
    if field.kind == "number":
        if not (text.isascii() and text.isdecimal() and len(text) < 10):
            faults[field.name] = say("console.entry.fault.number", text=text[:40])
            return
        setattr(request, field.name, int(text))
    elif field.kind == "day" and not _is_day(text):
        faults[field.name] = say("console.entry.fault.day", text=text[:40])
    elif field.kind == "yes_no":
        setattr(request, field.name, text == "true")
    elif field.name == SEVERAL:
        request.successors.extend(text.replace("，", " ").replace(",", " ").split())
    else:
        setattr(request, field.name, text)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
