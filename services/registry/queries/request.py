"""Reading a question: days, units, references, and who may ask about what."""

from __future__ import annotations

import re
from datetime import date
from typing import Protocol

from proto.xianfeng.registry.v1 import queries_pb2 as pb
from services.registry.domain.words import refuse
from xianfeng.rpc.caller import SERVICE, Principal
from xianfeng.units import TreeOfDay, UnknownUnit

__all__ = ["Trees", "below", "count", "may_see", "read_day", "read_unit", "require_under", "short", "unit_name"]

_LONGEST = 200
_NAMED = 5
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Trees(Protocol):
    """The units as registry knows them, on any day."""

    def on(self, day: date) -> TreeOfDay: ...


def short(text: str, field: str, *, needed: bool = False) -> str:
    """The text without blanks around it. Raises Refused when it is too long, unprintable, or missing when needed."""
    text = text.strip()
    if len(text) > _LONGEST or not text.isprintable():
        raise refuse("query-text", field=field, kind="invalid", most=_LONGEST)
    if needed and not text:
        raise refuse("query-missing", field=field, kind="invalid")
    return text


def read_day(text: str, today: date, field: str = "day") -> date:
    """An ISO day; today for an empty text. Raises Refused."""
    if not text:
        return today
    try:
        if not _DAY.fullmatch(text):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        raise refuse("query-day", field=field, kind="invalid", value=text[:_LONGEST]) from None


def count(wanted: int, default: int, most: int, field: str) -> int:
    """How many; the default for 0. Raises Refused for less."""
    if wanted < 0:
        raise refuse("query-count", field=field, kind="invalid", most=most)
    return min(wanted or default, most)


def read_unit(tree: TreeOfDay, text: str, caller: Principal, field: str) -> str:
    """The one unit that the text names; for an empty one the caller's own. Raises Refused, also outside its unit."""
    text = short(text, field)
    if not text:
        return caller.unit or _root(tree)
    found = tree.find(text)
    if not found:
        raise refuse("query-unit", field=field, kind="unknown", text=text, day=tree.day)
    if len(found) > 1:
        names = "、".join(tree.path_name(unit) for unit in found[:_NAMED])
        raise refuse("query-units", field=field, kind="invalid", text=text, count=len(found), names=names)
    require_under(tree, found[0], caller, field)
    return found[0]


def below(tree: TreeOfDay, unit: str) -> list[str] | None:
    """The unit and all below it; None for the top, under which everything lies: a filter by thousands takes long."""
    units = tree.subtree(unit)
    return None if len(units) == len(tree.shape.order) else list(units)


def require_under(tree: TreeOfDay, unit: str, caller: Principal, field: str) -> None:
    """Raises Refused (denied) unless the unit is the caller's own or counted below it."""
    if not may_see(tree, unit, caller):
        raise refuse("outside-unit", field=field, kind="denied")


def may_see(tree: TreeOfDay, unit: str, caller: Principal) -> bool:
    if caller.role == SERVICE:
        return True
    try:
        return tree.lies_under(unit, caller.unit or tree.root)
    except UnknownUnit:
        return False


def unit_name(tree: TreeOfDay, unit: str) -> pb.UnitName:
    """A unit as shown; one that the tree has not heard of yet bears its id alone."""
    if unit not in tree:
        return pb.UnitName(id=unit)
    return pb.UnitName(
        id=unit, name=tree.name(unit), code=tree.code(unit) or "", level=tree.level(unit), path=tree.path_name(unit)
    )


def _root(tree: TreeOfDay) -> str:
    try:
        return tree.root
    except UnknownUnit:
        raise refuse("query-no-units", field="unit", kind="unavailable") from None
