"""Events of one enterprise in a line each, folded: how tests of coverage say what happened."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from services.coverage.domain.folded import Folded
from services.coverage.domain.folding import fold
from services.coverage.domain.slots import Entry
from services.coverage.domain.timeline import Assessor, Segment, on
from services.registry.events import CATALOGUE
from xianfeng.event import Data, subject_id
from xianfeng.rules import load_rules

__all__ = ["CODE", "UNIT", "Teller", "assessor", "folded_of", "ident"]

CODE = "91410100100000000A"
RULES = Path(__file__).parents[3] / "rules" / "henan-2021-203.toml"


def ident(prefix: str, name: str) -> str:
    return subject_id(prefix, name)


UNIT = ident("unit", "street")


def folded_of(entries: Iterable[Entry]) -> Folded:
    folded = Folded()
    folded.take(entries)
    return folded


@cache
def assessor() -> Assessor:
    return Assessor(load_rules(RULES))


class Teller:
    """Tells one subject's events in order of version and folds them."""

    def __init__(self, family: str = "enterprise") -> None:
        self.family, self.folded = family, Folded()
        self.events: list[tuple[int, date, Data]] = []

    def tell(self, what: str, effective: date, **data: Any) -> int:
        """Record `family.what.v1`, validated by its model; its version is the answer."""
        kind = f"{self.family}.{what}.v1"
        model = CATALOGUE.models[kind](**data)
        version = self.folded.version + 1
        fold(self.folded, kind, version, effective, model)
        self.events.append((version, effective, model))
        return version

    def register(self, effective: date, **data: Any) -> int:
        return self.tell("registered", effective, **({"code": CODE, "name": "甲物业", "unit": UNIT} | data))

    def void(self, version: int, effective: date) -> int:
        return self.tell("fact-voided", effective, event="e", version=version, reason="误报")

    @property
    def entries(self) -> list[Entry]:
        return self.folded.read()

    def life(self) -> list[Segment]:
        return assessor().life(self.folded)

    def on(self, day: date) -> tuple[str, str, date | None, date | None]:
        """(status, duty, since, due) on a day; raises when the enterprise is not there."""
        segment = on(self.life(), day.toordinal())
        assert segment is not None
        cell = assessor().rules.cells[segment.cell]
        return cell.status, cell.duty, *(date.fromordinal(d) if d else None for d in (segment.since, segment.due))
