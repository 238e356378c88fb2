"""Two tables of consecutive years compared: which codes went on, which were given to another unit, who follows whom.

The tables say what was, not what happened. A code that goes on under another name was renamed, unless one of the
two names is seen to travel between codes in the same year: then the code was given to another unit (the
renumbering of 1982). A unit that vanished has as its successor the unit, opened that year on the same level, that
bears its full name in the same province or in one founded that year, or its short name under the same parent or the
one that follows it (偃师市 → 偃师区), or that stands in the same line of descent (郫县 → 郫都区).
What was merged into a unit that stood already is in `successions.toml`, which goes before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property

from services.registry.divisions.rows import PROVINCE
from services.registry.divisions.tables import Division, Table

__all__ = ["YearChange"]

_Key = tuple[str, ...]
_Index = dict[_Key, list[str]]


class YearChange:
    """What changed between the tables of two consecutive years; all by code."""

    def __init__(self, before: Table, after: Table) -> None:
        self.before, self.after = before, after
        self.changed = [code for code, unit in before.items() if code in after and _differ(unit, after[code])]

    @cached_property
    def reassigned(self) -> set[str]:
        """Codes that another unit bears from now on."""
        return {code for code in self.changed if self._given_away(self.before[code], self.after[code])}

    @cached_property
    def gone(self) -> list[str]:
        """Codes whose unit of the year before is closed."""
        return [*(code for code in self.before if code not in self.after), *sorted(self.reassigned)]

    @cached_property
    def opened(self) -> list[str]:
        """Codes whose unit is new."""
        return [*(code for code in self.after if code not in self.before), *sorted(self.reassigned)]

    def successors(self, code: str) -> list[str]:
        """The code of the one unit that follows a closed one; none when the tables do not tell."""
        unit = self.before[code]
        for found in (
            self._opened_by_name.get(_full_name(unit), []),
            self._founded_by_name.get((unit.level, unit.name), []),
            self._opened_by_short.get((self._parent_after(unit), unit.level, unit.short), []),
            self._opened_by_line.get(_line(unit), []),
        ):
            same_line = [other for other in found if self.after[other].line == unit.line]
            for heirs in (found, same_line):
                if len(heirs) == 1:
                    return heirs
        return []

    def _parent_after(self, unit: Division) -> str:
        """The parent of the year before, or the one that follows it."""
        if unit.parent in self.after and unit.parent not in self.reassigned:
            return unit.parent
        return next(iter(self.successors(unit.parent)), unit.parent) if unit.parent in self.before else unit.parent

    def _given_away(self, before: Division, after: Division) -> bool:
        return before.level != after.level or self._travels(before) or self._travels(after)

    def _travels(self, unit: Division) -> bool:
        """Is the unit's name, alone in its province in both years, at one code before and at another after?

        A name like 郊区 that several units of the province bear proves nothing.
        """
        for key in (_full_name(unit), _stem(unit)):
            before, after = self._named_before.get(key, []), self._named_after.get(key, [])
            if len(before) == len(after) == 1 and before != after:
                return True
        return False

    @cached_property
    def _named_before(self) -> _Index:
        return self._named(self.before)

    @cached_property
    def _named_after(self) -> _Index:
        return self._named(self.after)

    def _named(self, table: Table) -> _Index:
        """Full name and stem → codes, in the provinces where a code changed its name."""
        provinces = {code[:2] for code in self.changed}
        codes = [code for code in table if code[:2] in provinces]
        return _indexed(codes, table, _full_name) | _indexed(codes, table, _stem)

    @cached_property
    def _opened_by_name(self) -> _Index:
        return _indexed(self.opened, self.after, _full_name)

    @cached_property
    def _founded_by_name(self) -> _Index:
        """What is new in provinces founded that year: 海南 1988, 重庆 1997."""
        founded = {code[:2] for code in self.opened if self.after[code].level == PROVINCE}
        codes = [code for code in self.opened if code[:2] in founded]
        return _indexed(codes, self.after, lambda unit: (unit.level, unit.name))

    @cached_property
    def _opened_by_short(self) -> _Index:
        return _indexed(self.opened, self.after, _short_name)

    @cached_property
    def _opened_by_line(self) -> _Index:
        return _indexed(self.opened, self.after, _line)


def _differ(before: Division, after: Division) -> bool:
    return before is not after and (before.name != after.name or before.level != after.level)


def _full_name(unit: Division) -> _Key:
    return (unit.code[:2], unit.level, unit.name)


def _stem(unit: Division) -> _Key:
    return (unit.code[:2], unit.level, "", unit.short)


def _short_name(unit: Division) -> _Key:
    return (unit.parent, unit.level, unit.short)


def _line(unit: Division) -> _Key:
    return (unit.level, unit.line)


def _indexed(codes: Iterable[str], table: Table, key: Callable[[Division], _Key]) -> _Index:
    index: _Index = {}
    for code in codes:
        index.setdefault(key(table[code]), []).append(code)
    return index
