"""Who came, who went, who moved between two days: lists that add up to the difference of the two figures.

Counted (应统计) is what operates and is in scope. 新增 - 减少 + 移入 - 移出 is the later figure less the earlier one,
for each enterprise is in exactly one list when it counts under the unit on one of the days only, and in none else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from services.coverage.domain.keys import unpack_enterprise

__all__ = ["Changes", "Moved", "Seen", "Subject", "changes", "operates"]


class Seen(NamedTuple):
    """An enterprise on one day: its home unit and its key (0: not registered yet, or merged away)."""

    place: str
    key: int


class Subject(NamedTuple):
    """An enterprise on both days."""

    subject: str
    code: str
    name: str
    before: Seen
    after: Seen


class Moved(NamedTuple):
    """A subject in a list, and why it is in it."""

    cause: str
    subject: Subject


@dataclass(slots=True)
class Changes:
    """`was` and `now` are how many counted under the unit on the two days."""

    was: int = 0
    now: int = 0
    added: list[Moved] = field(default_factory=list)
    removed: list[Moved] = field(default_factory=list)
    moved_in: list[Moved] = field(default_factory=list)
    moved_out: list[Moved] = field(default_factory=list)
    changed: list[Moved] = field(default_factory=list)

    @property
    def net(self) -> int:
        """新增 - 减少 + 移入 - 移出."""
        return len(self.added) - len(self.removed) + len(self.moved_in) - len(self.moved_out)


def changes(subjects: Iterable[Subject], before: Collection[str], after: Collection[str]) -> Changes:
    """Sort subjects by what became of them under one unit, which had these units below it on the two days."""
    found = Changes()
    for one in subjects:
        was = operates(one.before) and one.before.place in before
        now = operates(one.after) and one.after.place in after
        found.was, found.now = found.was + was, found.now + now
        if was and now:
            _stayed(found, one)
        elif now:
            _came(found, one)
        elif was:
            _went(found, one)
    return found


def operates(seen: Seen) -> bool:
    """Whether it counted on that day (应统计): operating and in scope."""
    return bool(seen.key) and unpack_enterprise(seen.key).operating


def _stayed(found: Changes, one: Subject) -> None:
    before, after = unpack_enterprise(one.before.key), unpack_enterprise(one.after.key)
    if before.status != after.status:
        found.changed.append(Moved("status", one))
    elif before.duty != after.duty:
        found.changed.append(Moved("duty", one))


def _came(found: Changes, one: Subject) -> None:
    if operates(one.before):
        found.moved_in.append(Moved(_way(one), one))
    else:
        found.added.append(Moved(_CAME[_status(one.before)], one))


def _went(found: Changes, one: Subject) -> None:
    if operates(one.after):
        found.moved_out.append(Moved(_way(one), one))
    else:
        found.removed.append(Moved(_WENT[_status(one.after)], one))


def _way(one: Subject) -> str:
    """Of its own, or with its unit when divisions changed."""
    return "tree" if one.before.place == one.after.place else "moved"


def _status(seen: Seen) -> str:
    return unpack_enterprise(seen.key).status if seen.key else ""


_CAME = {"": "registered", "inactive": "resumed", "out_of_scope": "into_scope"}
_WENT = {"": "merged", "inactive": "inactive", "out_of_scope": "out_of_scope"}
