"""Ordered rows of conditions → a flat array with one cell number for each combination of facts.

Facts are bound one after the other; rows that can no longer hold fall out, and as soon as the first rows left hold
whatever follows, the whole block gets their cell. Equal rests are compiled once.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from xianfeng.rules.conditions import Alternative
from xianfeng.rules.model import Cell, Fact, Row

__all__ = ["compile_rules"]

Rows = tuple[tuple[int, tuple[Alternative, ...]], ...]
"""What may still hold, in order: (place of the row, alternatives left)."""


def compile_rules(
    facts: Sequence[Fact], statuses: Sequence[tuple[Row, Sequence[Alternative]]],
    duties: Sequence[tuple[Row, Sequence[Alternative]]],
) -> tuple[tuple[Cell, ...], array[int]]:  # fmt: skip
    """Cells and table; `facts` in order of falling weight. The last row of each table must be unconditional."""
    compiler = _Compiler(facts, [row for row, _ in statuses], [row for row, _ in duties])
    table = compiler.block(0, _first(statuses), _first(duties))
    return tuple(compiler.cells), table


class _Compiler:
    def __init__(self, facts: Sequence[Fact], statuses: Sequence[Row], duties: Sequence[Row]) -> None:
        self._facts, self._statuses, self._duties = facts, statuses, duties
        self._sizes = [fact.size * fact.weight for fact in facts] + [1]
        self._known: dict[tuple[int, Rows, Rows], array[int]] = {}
        self.cells: list[Cell] = []

    def block(self, depth: int, statuses: Rows, duties: Rows) -> array[int]:
        if _decided(statuses):
            duties = _under(duties, self._statuses[statuses[0][0]].value)
            if _decided(duties):
                return array("H", [self._cell(statuses[0][0], duties[0][0])]) * self._sizes[depth]
        key = (depth, statuses, duties)
        if key not in self._known:
            block = array("H")
            for code in range(self._facts[depth].size):
                block += self.block(depth + 1, _bind(statuses, depth, code), _bind(duties, depth, code))
            self._known[key] = block
        return self._known[key]

    def _cell(self, status: int, duty: int) -> int:
        s, d = self._statuses[status], self._duties[duty]
        cell = Cell(s.value, d.value, d.due, s.clause, d.clause, s.number, d.number)
        if cell not in self.cells:
            self.cells.append(cell)
        return self.cells.index(cell)


def _first(rows: Sequence[tuple[Row, Sequence[Alternative]]]) -> Rows:
    return _cut(tuple((place, tuple(alternatives)) for place, (_, alternatives) in enumerate(rows) if alternatives))


def _decided(rows: Rows) -> bool:
    return any(one.status is None and not one.facts for one in rows[0][1])


def _cut(rows: Rows) -> Rows:
    """Without the rows behind one that holds whatever follows."""
    for n, row in enumerate(rows, 1):
        if _decided((row,)):
            return rows[:n]
    return rows


def _bind(rows: Rows, depth: int, code: int) -> Rows:
    bound = ((place, tuple(_take(one, depth) for one in alternatives if _allows(one, depth, code)))
             for place, alternatives in rows)  # fmt: skip
    return _cut(tuple(row for row in bound if row[1]))


def _allows(one: Alternative, depth: int, code: int) -> bool:
    return not one.facts or one.facts[0][0] != depth or bool(one.facts[0][1] >> code & 1)


def _take(one: Alternative, depth: int) -> Alternative:
    return Alternative(one.status, one.facts[1:]) if one.facts and one.facts[0][0] == depth else one


def _under(rows: Rows, status: str) -> Rows:
    held = ((place, tuple(Alternative(None, one.facts) for one in alternatives
             if one.status is None or status in one.status)) for place, alternatives in rows)  # fmt: skip
    return _cut(tuple(row for row in held if row[1]))
