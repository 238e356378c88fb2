"""Units named in a form: by code, id, or a name that only one unit of the account's has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from proto.xianfeng.registry.v1 import queries_pb2
from services.console.context import Page
from services.console.entry.fields import Field
from services.console.entry.filling import Faults
from xianfeng.words import say

__all__ = ["name_units"]

KNOWN = re.compile(r"[0-9]{6,12}|unit-[0-9a-f-]{36}")
SHOWN = 5


async def name_units(page: Page, fields: Sequence[Field], request: Any) -> Faults:
    """Put ids in place of names; the faults of those that name no unit, or several."""
    faults: Faults = {}
    for field in fields:
        text = getattr(request, field.name) if field.kind == "unit" else ""
        if not text or KNOWN.fullmatch(text):
            continue
        message = queries_pb2.ListUnitsRequest(text=text)
        found = (await page.ask(page.context.peers.registry.ListUnits, message)).units
        if len(found) == 1:
            setattr(request, field.name, found[0].id)
            continue
        names = "、".join(f"{unit.path}（{unit.code or unit.id}）" for unit in found[:SHOWN])
        faults[field.name] = say(f"console.entry.fault.{'units' if found else 'unit'}", text=text[:40], names=names)
    return faults
