"""一企一表: one enterprise on one page: what holds and since when, why, who leads it, and how it came about."""

from __future__ import annotations

from typing import Any

from services.console.exports.basis import notices
from services.console.exports.paper import Paper, Table, Told, columns, pairs
from services.console.templating import link
from services.console.views.explanation import Explained
from services.console.views.forming import Forming
from services.console.views.labels import label
from xianfeng.words import say

__all__ = ["enterprise"]

FACTS: tuple[Told, ...] = (
    ("fact", 20.0, "text"), ("value", 30.0, "text"), ("effective", 11.0, "day"), ("until", 11.0, "day"),
    ("event", 18.0, "text"), ("recorded", 11.0, "day"),
)  # fmt: skip
HISTORY: tuple[Told, ...] = (
    ("from", 11.0, "day"), ("to", 11.0, "day"), ("status", 14.0, "text"), ("duty", 14.0, "text"),
    ("unit", 24.0, "text"),
)  # fmt: skip
MOST_SEGMENTS = 8


def enterprise(view: Explained, forming: tuple[Forming, ...], *, live: bool) -> Paper:
    """`forming`: its organisations, being formed or standing, with their steps."""
    answer = view.answer
    row = answer.row
    banded = [say("console.enterprise.banded")] if answer.banded else []
    return Paper(
        "enterprise", say("console.papers.title.enterprise", name=row.name), row.unit.id, answer.day,
        [*notices(answer.day, answer.rule_set, live=live), *banded],
        [_head(answer), _why(answer), _facts(view), *_forming(forming), _history(answer)],
        link("enterprises", row.code or row.subject), answer.basis.demonstration, upright=True, single=True,
    )  # fmt: skip


def _head(answer: Any) -> Table:
    row, path = answer.row, "".join(unit.name for unit in answer.path if unit.level != "nation")
    told = [
        ("code", row.code), ("unit", path), ("status", label("status", row.status)),
        ("duty", _duty(row.duty)), ("since-day", row.since), ("due-day", row.due),
    ]  # fmt: skip
    facts = [(say(f"console.papers.enterprise.{name}"), text or say("console.dash")) for name, text in told]
    return pairs(say("console.papers.enterprise.head"), facts)


def _why(answer: Any) -> Table:
    told = [
        ("status-clause", answer.status_clause, answer.status_clause_text),
        ("duty-clause", answer.duty_clause, answer.duty_clause_text),
    ]
    facts = [
        (say(f"console.papers.enterprise.{name}"), f"{say('console.enterprise.clause', clause=clause)}　{text}")
        for name, clause, text in told
        if clause
    ]
    facts += [(say("console.enterprise.row"), answer.table_row)] if answer.table_row else []
    facts += [(say("console.enterprise.warnings"), "；".join(answer.warnings))] if answer.warnings else []
    return pairs(say("console.enterprise.why"), facts, beside=1)


def _facts(view: Explained) -> Table:
    rows = [
        (fact.label, fact.value, fact.effective, fact.until, fact.event_label, fact.recorded[:10])
        for fact in view.decisive
    ]
    return Table(say("console.enterprise.facts"), columns("console.enterprise", FACTS), rows)


def _forming(organisations: tuple[Forming, ...]) -> list[Table]:
    facts = [
        (one.name, "；".join(f"{step.label}：{step.shown}" for step in one.steps) or say("console.enterprise.no-steps"))
        for one in organisations
        if not one.ended
    ]
    return [pairs(say("console.papers.enterprise.organisations"), facts, beside=1)] if facts else []


def _history(answer: Any) -> Table:
    rows = [
        (
            getattr(one, "from"), one.until or say("console.enterprise.open"), label("status", one.status),
            _duty(one.duty), one.unit.name,
        )
        for one in reversed(answer.history)
    ]  # fmt: skip
    more = len(rows) - MOST_SEGMENTS
    notes = [say("console.papers.enterprise.earlier", count=more)] if more > 0 else []
    return Table(say("console.enterprise.history"), columns("console.enterprise", HISTORY), rows[:MOST_SEGMENTS], notes)


def _duty(duty: str) -> str:
    return label("duty", duty) if duty and duty != "none" else say("console.enterprise.no-duty")
