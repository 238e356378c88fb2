"""Units on the command line: besides id and code, a name or a path of names (焦作市解放区) may be typed."""

from __future__ import annotations

import re
from typing import Any

from proto.xianfeng.registry.v1 import queries_pb2 as pb
from proto.xianfeng.registry.v1.queries_pb2_grpc import QueriesStub
from services.registry.cli.calling import TIMEOUT, fail
from xianfeng.rpc.errors import Problem
from xianfeng.words import say

__all__ = ["UNIT_FIELDS", "unit_id"]

UNIT_FIELDS = frozenset({"unit", "to_unit", "operating_unit", "parent"})
"""Fields of commands that name a unit."""

_KNOWN = re.compile(r"[0-9]{6,12}|unit-[0-9a-f-]{36}")
_SHOWN = 5


def unit_id(channel: Any, text: str) -> str:
    """The id or code itself, or the id of the one unit of that name; ends the process when there is not one."""
    if _KNOWN.fullmatch(text):
        return text
    found = QueriesStub(channel).ListUnits(pb.ListUnitsRequest(text=text), timeout=TIMEOUT).units
    if len(found) != 1:
        names = "、".join(f"{unit.path}（{unit.code or unit.id}）" for unit in found[:_SHOWN])
        key = "registry.cli.several-units" if found else "registry.cli.no-unit"
        fail(Problem("INVALID_ARGUMENT", say(key, text=text, names=names), reason="unit"))
    return str(found[0].id)
