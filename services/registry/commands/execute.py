"""One command from its fields to its answer: rights, version, correction, decision, receipt."""

from __future__ import annotations

from typing import Any

from services.registry.commands import COMMANDS
from services.registry.commands.corrections import find_event
from services.registry.commands.desk import AGGREGATES, Desk
from services.registry.commands.model import Command, Handler
from services.registry.domain.base import Correcting, DatedAggregate, correcting, on_day
from services.registry.domain.days import check_effective
from services.registry.domain.enterprise import Enterprise
from services.registry.domain.words import refuse

__all__ = ["execute", "parse"]

_ON_MERGED = ("UndoMerge", "VoidFact", "ConfirmEnterprise")
"""Commands that may still touch a record that was merged into another."""


def parse(name: str, fields: dict[str, Any]) -> Command:
    """The command of these fields. Raises pydantic.ValidationError with the paths of the bad ones."""
    return COMMANDS[name][0].model_validate(fields)


def execute(desk: Desk, command: Command) -> dict[str, Any]:
    """Decide a command inside the writer; its answer. Raises Refused."""
    handler = COMMANDS[type(command).__name__][1]
    target = None if command.TARGET is None else _target(desk, command)
    if command.meta.correction_of is None:
        check_effective(command.meta.effective or desk.today, desk.today)
        aggregate = _decide(desk, command, target, handler)
    else:
        aggregate = _correct(desk, command, target, handler)
    return _receipt(desk, aggregate)


def _decide(desk: Desk, command: Command, target: DatedAggregate | None, handler: Handler) -> DatedAggregate:
    if target is not None:
        desk.session.expect(target, command.meta.expected_version, field="meta.expected_version")
        return handler(desk, command, target)
    aggregate = handler(desk, command)
    mine = sum(event.originator_id == aggregate.id for event in desk.session.pending)
    expected = command.meta.expected_version
    if expected is not None and aggregate.version - mine != expected:
        raise refuse("wrong-version", field="meta.expected_version", kind="version", version=aggregate.version - mine)
    return aggregate


def _target(desk: Desk, command: Command) -> DatedAggregate:
    assert command.TARGET is not None
    target = desk.target(AGGREGATES[command.TARGET], getattr(command, command.TARGET), command.TARGET)
    if isinstance(target, Enterprise) and target.merged_into and type(command).__name__ not in _ON_MERGED:
        raise refuse("enterprise-merged", field=command.TARGET, into=target.merged_into)
    return target


def _correct(desk: Desk, command: Command, target: DatedAggregate | None, handler: Handler) -> DatedAggregate:
    """更正: the new fact is true from the wrong one's day, and names it. Refused when it corrects nothing."""
    meta = command.meta
    if target is None or not meta.correction_of or not meta.correction_reason:
        raise refuse("correction-incomplete", field="meta.correction_reason", kind="invalid")
    wrong = find_event(desk, target, meta.correction_of, "meta.correction_of")
    if meta.effective not in (None, wrong.effective):
        raise refuse("correction-day", field="meta.effective", kind="invalid", day=wrong.effective)
    correction = Correcting(wrong, meta.correction_reason)
    with on_day(wrong.effective), correcting(correction):
        aggregate = _decide(desk, command, target, handler)
    if desk.session.pending and not correction.used:
        raise refuse("correction-other-fact", field="meta.correction_of", type=correction.type)
    return aggregate


def _receipt(desk: Desk, aggregate: DatedAggregate) -> dict[str, Any]:
    events = [event.id for event in desk.session.pending]
    return {
        "subject": aggregate.id,
        "version": aggregate.version,
        "events": events,
        "unchanged": not events and not desk.session.rows,
        "warnings": desk.warnings,
    }
