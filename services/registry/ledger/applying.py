"""The rows of a message through the writer, in one piece of work: each is taken or refused by itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

from proto.xianfeng.registry.v1 import ledger_pb2 as pb
from services.registry.application import Application
from services.registry.commands.desk import Desk
from services.registry.ledger.deciding import Job, Row, decide_row, prepare
from services.registry.ledger.folded import Folded
from services.registry.ledger.matching import Found, Unmatched
from services.registry.ledger.messages import answer_of, fault_of, row_of
from xianfeng.collector import resting
from xianfeng.refusal import Refused
from xianfeng.rpc.caller import Principal
from xianfeng.store.answers import Answer
from xianfeng.store.session import Session
from xianfeng.store.submission import Outcome
from xianfeng.telemetry import correlation

__all__ = ["FoundRow", "apply_rows", "matched"]

FoundRow = tuple[pb.LedgerRow, Found | Unmatched]
"""A row as it was sent, and what was found of it."""


async def apply_rows(
    application: Application, job: Job, caller: Principal, found: Sequence[FoundRow], folded: Folded
) -> list[pb.LedgerAnswer]:
    """What each row came to, in their order. `folded`: enterprises that a check folded, taken from it."""
    rows = [matched(*one) for one in found]
    loading = _Loading([row.subject for row in rows if isinstance(row, Row)], job.effective, folded)
    commands = [
        (job.command_id(row.number), partial(_decide, row, job, loading), job.effective)
        for row in rows
        if isinstance(row, Row)
    ]
    with resting():
        decided = iter(await application.decide_all(commands, caller, correlation=correlation() or ""))
        outcomes = [next(decided) if isinstance(row, Row) else row for row in rows]
        return [_answer(*one, outcome) for one, outcome in zip(found, outcomes, strict=True)]


def matched(message: pb.LedgerRow, one: Found | Unmatched) -> Row | Refused:
    """The row with what was found of it, or why it cannot be taken."""
    if isinstance(one, Unmatched):
        return one.refusal
    try:
        return row_of(message, one)
    except Refused as refused:
        return refused


class _Loading:
    """Fetches the enterprises of many rows when the first of them is decided."""

    def __init__(self, subjects: Sequence[str], day: date, folded: Folded) -> None:
        self._subjects = subjects
        self._day = day
        self._folded = folded

    def __call__(self, session: Session) -> None:
        subjects, self._subjects = self._subjects, ()
        if subjects:
            prepare(session, subjects, self._day, self._folded)


def _decide(row: Row, job: Job, loading: _Loading, desk: Desk) -> dict[str, Any]:
    loading(desk.session)
    return decide_row(desk, row, job)


def _answer(message: pb.LedgerRow, one: Found | Unmatched, outcome: Outcome) -> pb.LedgerAnswer:
    if isinstance(outcome, Answer):
        return answer_of(message, outcome.value, repeated=outcome.repeated)
    if isinstance(outcome, Refused):
        return fault_of(message, outcome, one)
    raise outcome
