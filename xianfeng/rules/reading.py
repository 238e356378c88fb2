"""Reading a rule file: TOML → checked parts → compiled rule set."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from xianfeng.rules.compiling import compile_rules
from xianfeng.rules.conditions import Alternative, Conditions
from xianfeng.rules.errors import RuleError
from xianfeng.rules.model import DueRule, Fact, Parameter, Row, RuleSet, Value

__all__ = ["load_rules"]

_PARAMETER = re.compile(r"\{(\w+)\}")


class _Fact(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    flag: bool = False
    words: list[str] = []
    cuts: list[int | str] = []


class _Row(msgspec.Struct, forbid_unknown_fields=True):
    value: str
    clause: str
    text: str
    when: list[dict[str, Any]]
    due: str = "none"
    responsible: str = ""
    supporting: str = ""


class _Due(msgspec.Struct, forbid_unknown_fields=True):
    until_of: str | None = None
    deadline: Any = None
    days: Any = None


class _File(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    document: str
    title: str
    start: date
    parameters: dict[str, Parameter]
    clauses: dict[str, str]
    facts: list[_Fact]
    statuses: list[_Row]
    duties: list[_Row]
    dues: dict[str, _Due] = {}


def load_rules(path: Path) -> RuleSet:
    """The rule set of a file, compiled. Raises RuleError that names the place and the field."""
    file = _parsed(path)
    _check_clauses(path, file)
    facts = _facts(path, file)
    conditions = Conditions(path, facts, file.parameters)
    statuses = list(_rows(path, "statuses", file.statuses, conditions, None))
    known = frozenset(row.value for row in file.statuses)
    duties = list(_rows(path, "duties", file.duties, conditions, known))
    dues = {"none": DueRule("none")} | {
        name: _due(path, f"dues.{name}", name, due, conditions) for name, due in file.dues.items()
    }
    for n, row in enumerate(file.duties, 1):
        if row.due not in dues:
            raise RuleError(path, f"duties[{n}] due", "unknown-due", name=row.due)
    cells, table = compile_rules(list(facts.values()), statuses, duties)
    return RuleSet(
        file.name, file.document, file.title, file.start, file.parameters, file.clauses, facts, dues,
        tuple(row for row, _ in statuses), tuple(row for row, _ in duties), cells, table,
    )  # fmt: skip


def _parsed(path: Path) -> _File:
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _File)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RuleError(path, "TOML", "unreadable", reason=error) from None
    except msgspec.ValidationError as error:
        reason, _, place = str(error).partition(" - at `$")
        raise RuleError(path, place.strip("`.") or "$", "shape", reason=reason) from None


def _check_clauses(path: Path, file: _File) -> None:
    named = [(f"parameters.{name}", parameter.clause) for name, parameter in file.parameters.items()]
    for table, rows in (("statuses", file.statuses), ("duties", file.duties)):
        named += [(f"{table}[{n}]", row.clause) for n, row in enumerate(rows, 1)]
    for place, clause in named:
        if clause not in file.clauses:
            raise RuleError(path, f"{place} clause", "unknown-clause", name=clause)


def _facts(path: Path, file: _File) -> dict[str, Fact]:
    """Facts with their weights; the first is the most significant of the packed index."""
    facts, weight = [], 1
    for n, raw in reversed(list(enumerate(file.facts, 1))):
        place = f"facts[{n}]"
        if sum(map(bool, (raw.flag, raw.words, raw.cuts))) != 1:
            raise RuleError(path, place, "fact-kind")
        values: tuple[Value, ...] = (False, True) if raw.flag else tuple(raw.words)
        cuts = _cuts(path, f"{place} cuts", raw.cuts, file)
        facts.append(Fact(raw.name, values, cuts, weight))
        weight *= facts[-1].size
    return {fact.name: fact for fact in reversed(facts)}


def _cuts(path: Path, place: str, cuts: Iterable[int | str], file: _File) -> tuple[int, ...]:
    found = set()
    for cut in cuts:
        name = cut.removeprefix("@") if isinstance(cut, str) else ""
        if name and name not in file.parameters:
            raise RuleError(path, place, "unknown-parameter", name=name)
        value = file.parameters[name].value if name else cut
        if type(value) is not int or value < 1:
            raise RuleError(path, place, "cuts", value=value)
        found.add(value)
    return tuple(sorted(found))


def _rows(
    path: Path, table: str, rows: Sequence[_Row], conditions: Conditions, statuses: frozenset[str] | None
) -> Iterable[tuple[Row, tuple[Alternative, ...]]]:
    if not rows or {} not in rows[-1].when:
        raise RuleError(path, f"{table}[{len(rows)}] when", "no-last-row")
    for n, raw in enumerate(rows, 1):
        alternatives = conditions.alternatives(f"{table}[{n}]", raw.when, statuses)
        text = _text(path, f"{table}[{n}] text", raw.text, conditions)
        yield Row(n, raw.value, raw.clause, text, raw.due, raw.responsible, raw.supporting), alternatives


def _text(path: Path, place: str, text: str, conditions: Conditions) -> str:
    """The row in words, with the values of the parameters that it names."""
    if not text.strip():
        raise RuleError(path, place, "no-text")
    return _PARAMETER.sub(lambda found: str(conditions.parameter(place, found[1]).value), text)


def _due(path: Path, place: str, name: str, raw: _Due, conditions: Conditions) -> DueRule:
    if (raw.until_of is None) == (raw.deadline is None) or (raw.deadline is None) != (raw.days is None):
        raise RuleError(path, place, "due-kind")
    if raw.until_of is not None:
        return DueRule(name, until_of=raw.until_of)
    deadline, days = _resolved(place, raw.deadline, conditions), _resolved(place, raw.days, conditions)
    if not isinstance(deadline, date) or type(days) is not int:
        raise RuleError(path, place, "due-value", value=f"{deadline}, {days}")
    return DueRule(name, deadline=deadline, days=days)


def _resolved(place: str, value: Value | None, conditions: Conditions) -> Value | None:
    if isinstance(value, str) and value.startswith("@"):
        return conditions.parameter(place, value[1:]).value
    return value
