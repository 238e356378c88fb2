"""Reading a question: units by id, code or name, days, and what is refused with which words."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime

from proto.xianfeng.coverage.v1 import coverage_pb2 as pb
from xianfeng.refusal import Refused
from xianfeng.units import TreeOfDay, UnknownUnit
from xianfeng.words import say

__all__ = ["one_of", "path_of", "read_day", "read_instant", "read_unit", "short", "unit_message"]

_LONGEST = 200
_NAMED = 5


def short(text: str, field: str) -> str:
    """The text without blanks around it. Raises Refused when it is longer than any name, or cannot be one."""
    if "\0" in text:
        raise _invalid(say("coverage.refused.not-text"), field, "not-text")
    if len(text) > _LONGEST:
        raise _invalid(say("coverage.refused.too-long", most=_LONGEST), field, "too-long")
    return text.strip()


def read_day(text: str, default: date, field: str = "day") -> date:
    """An ISO day; the default for an empty text. Raises Refused."""
    if not text:
        return default
    try:
        return datetime.strptime(short(text, field), "%Y-%m-%d").date()
    except ValueError:
        message = say("coverage.refused.bad-day", value=text[:_LONGEST])
        raise _invalid(message, field, "bad-day", say("coverage.refused.remedy-day")) from None


def read_instant(text: str, field: str = "known_at") -> datetime:
    """An ISO instant with its offset, in UTC. Raises Refused."""
    try:
        instant = datetime.fromisoformat(short(text, field))
        if instant.tzinfo is not None:
            return instant.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise _invalid(say("coverage.refused.bad-instant", value=text[:_LONGEST]), field, "bad-instant")


def one_of(value: str, known: Collection[str], field: str) -> str:
    """The value, if it is empty or known. Raises Refused."""
    if value and value not in known:
        shown = "、".join(name for name in known if name)
        raise _invalid(say(f"coverage.refused.bad-{field}", value=value[:_LONGEST], known=shown), field, f"bad-{field}")
    return value


def read_unit(tree: TreeOfDay, text: str) -> str:
    """The one unit that the text names on the tree's day; the root for an empty text. Raises Refused."""
    text = short(text, "unit")
    if not text:
        return _root(tree)
    found = tree.find(text)
    if not found:
        message = say("coverage.refused.unknown-unit", text=text, day=tree.day)
        remedy = say("coverage.refused.remedy-unit")
        raise Refused(message, kind="unknown", reason="unknown-unit", field="unit", remedy=remedy)
    if len(found) > 1:
        names = "、".join(tree.path_name(unit) for unit in found[:_NAMED])
        message = say("coverage.refused.several-units", text=text, count=len(found), names=names)
        raise _invalid(message, "unit", "several-units")
    return tree.counted_in(found[0])


def _root(tree: TreeOfDay) -> str:
    try:
        return tree.root
    except UnknownUnit:
        # Units are known, but none of them existed yet.
        if len(tree.shape.live):
            message = say("coverage.refused.before-units", day=tree.day)
            raise _invalid(message, "day", "before-units", say("coverage.refused.remedy-later-day")) from None
        remedy = say("coverage.refused.remedy-wait")
        raise Refused(
            say("coverage.refused.no-root"), kind="unavailable", reason="no-root", field="unit", remedy=remedy
        ) from None


def _invalid(message: str, field: str, reason: str, remedy: str = "") -> Refused:
    return Refused(message, kind="invalid", reason=reason, field=field, remedy=remedy)


def unit_message(tree: TreeOfDay, unit: str) -> pb.Unit:
    """A unit as shown; one that the tree has not heard of yet bears its id alone."""
    if unit not in tree:
        return pb.Unit(id=unit)
    return pb.Unit(id=unit, name=tree.name(unit), code=tree.code(unit) or "", level=tree.level(unit))


def path_of(tree: TreeOfDay, unit: str) -> list[pb.Unit]:
    """Root first, the unit last."""
    if unit not in tree:
        return [pb.Unit(id=unit)]
    return [unit_message(tree, above) for above in reversed(tree.ancestors(unit))]
