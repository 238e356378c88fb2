"""Conditions as written → the codes that each fact may take. One alternative is a conjunction."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from xianfeng.rules.errors import RuleError
from xianfeng.rules.model import Fact, Parameter

__all__ = ["Alternative", "Conditions"]

_AT_LEAST = re.compile(r"^>=(@?\w+)$")


class Alternative(msgspec.Struct, frozen=True):
    """`status`: statuses that it allows (None: any). `facts`: (place of the fact, bit mask of its codes), in order."""

    status: frozenset[str] | None
    facts: tuple[tuple[int, int], ...]


class Conditions:
    """Reads the conditions of one file."""

    def __init__(self, path: Path, facts: Mapping[str, Fact], parameters: Mapping[str, Parameter]) -> None:
        self._path, self._facts, self._parameters = path, facts, parameters
        self._places = {name: place for place, name in enumerate(facts)}

    def alternatives(
        self, place: str, when: list[dict[str, Any]], statuses: frozenset[str] | None
    ) -> tuple[Alternative, ...]:
        """The alternatives that the parameters leave. `statuses`: those a condition may name; None: not allowed."""
        read = (self._alternative(f"{place} when[{n}]", one, statuses) for n, one in enumerate(when, 1))
        return tuple(one for one in read if one is not None)

    def parameter(self, place: str, name: str) -> Parameter:
        if name not in self._parameters:
            raise RuleError(self._path, place, "unknown-parameter", name=name)
        return self._parameters[name]

    def _alternative(
        self, place: str, conditions: dict[str, Any], statuses: frozenset[str] | None
    ) -> Alternative | None:
        status, masks = None, {}
        for name, wanted in conditions.items():
            if name.startswith("@"):
                if not self._holds(place, name[1:], wanted):
                    return None
            elif name == "status":
                status = self._statuses(place, wanted, statuses)
            elif name in self._facts:
                masks[self._places[name]] = self._mask(place, self._facts[name], wanted)
            else:
                raise RuleError(self._path, place, "unknown-fact", name=name)
        return Alternative(status, tuple(sorted(masks.items())))

    def _holds(self, place: str, name: str, wanted: Any) -> bool:
        value = self.parameter(place, name).value
        if type(value) is not type(wanted):
            raise RuleError(self._path, place, "bad-parameter-condition", name=name, value=wanted)
        return bool(value == wanted)

    def _statuses(self, place: str, wanted: Any, statuses: frozenset[str] | None) -> frozenset[str]:
        if statuses is None:
            raise RuleError(self._path, place, "status-in-statuses")
        named = frozenset(wanted if isinstance(wanted, list) else [wanted])
        for name in named - statuses:
            raise RuleError(self._path, place, "unknown-status", name=name)
        return named

    def _mask(self, place: str, fact: Fact, wanted: Any) -> int:
        mask = 0
        for one in wanted if isinstance(wanted, list) else [wanted]:
            codes = self._listed(fact, one) if fact.values else self._bands(place, fact, one)
            if not codes:
                raise RuleError(
                    self._path, place, "bad-condition", name=fact.name, value=one, allowed="、".join(_allowed(fact))
                )
            mask |= sum(1 << code for code in codes)
        return mask

    def _listed(self, fact: Fact, wanted: Any) -> list[int]:
        return [c for c, value in enumerate(fact.values) if value == wanted and type(value) is type(wanted)]

    def _bands(self, place: str, fact: Fact, wanted: Any) -> list[int]:
        if wanted == "unknown":
            return [0]
        if wanted == "0" and fact.cuts[0] == 1:
            return [1]
        bound = _AT_LEAST.match(str(wanted))
        if bound is None:
            return []
        least = self.parameter(place, bound[1][1:]).value if bound[1].startswith("@") else int(bound[1])
        return list(range(2 + fact.cuts.index(least), fact.size)) if least in fact.cuts else []


def _allowed(fact: Fact) -> list[str]:
    if fact.values:
        return [str(value).lower() if isinstance(value, bool) else f"“{value}”" for value in fact.values]
    return ["unknown", "0", *(f">={cut}" for cut in fact.cuts)]
