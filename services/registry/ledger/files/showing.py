"""A file handed in as messages: how it was read, its numbers, its rows in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from proto.xianfeng.registry.v1 import ledger_pb2 as pb
from services.registry.ledger.columns import Columns
from services.registry.ledger.files.shelf import Kept
from services.registry.ledger.reading import Statement
from services.registry.ledger.review import Review
from services.registry.ledger.words import heading, shown
from xianfeng.words import say

__all__ = ["SHOWN", "file_message", "numbers_of", "reading_of", "row_message", "rows_of"]

SHOWN = ("changing", "needing", "rejected", "unchanged")


def reading_of(columns: Columns | None) -> dict[str, Any]:
    """How a foreign ledger was understood; of an own workbook there is nothing to tell."""
    if columns is None:
        return {}
    return {
        "columns": [_read(columns, index) for index in columns.read],
        "persons": [columns.names[index] for index in columns.persons],
        "unread": [
            {"heading": columns.names[index], "reason": say(f"ledger.unread.{why or 'unknown'}")}
            for index, why in columns.unread.items()
        ],
    }


def _read(columns: Columns, index: int) -> dict[str, str]:
    field, value = columns.meaning(index)
    return {"heading": columns.names[index], "field": field, "value": value}


def numbers_of(review: Review, skipped: int, *, recorded: bool = False) -> dict[str, int]:
    """`recorded`: what the answers say has been done; else it would be."""
    undecided = sum(bool(_candidates(review, one)) for one in review.rejected)
    return review.counts | {
        "skipped": skipped, "events": review.events if recorded else 0, "undecided": undecided,
    }  # fmt: skip


def rows_of(review: Review, which: str) -> Sequence[Statement]:
    """The rows of one of SHOWN."""
    if which == "rejected":
        return review.rejected
    if which == "needing":
        return review.needing
    changing = {one.number for one in review.changing}
    return [one for one in review.taken if (one.number in changing) == (which == "changing")]


def file_message(kept: Kept, unit_path: str, progress: tuple[int, int]) -> pb.LedgerFile:
    """Without rows. `progress`: how many of how many."""
    return pb.LedgerFile(
        id=kept.id, unit=kept.unit, unit_path=unit_path, name=kept.name, state=kept.state,
        begun=kept.begun.isoformat(), effective=kept.effective.isoformat(), count_source=kept.count_source,
        mapping=kept.mapping, done=progress[0], total=progress[1], numbers=pb.LedgerFileNumbers(**kept.numbers),
        reading=pb.LedgerReading(**kept.reading), problem=kept.problem,
    )  # fmt: skip


def row_message(review: Review, one: Statement) -> pb.LedgerFileRow:
    answer = review.answers.get(one.number)
    changes = [] if answer is None else [_change(change) for change in answer.changes]
    return pb.LedgerFileRow(
        number=one.number, name=(answer.name if answer else "") or one.name,
        subject=(answer.subject if answer else "") or one.subject, changes=changes,
        notes=[pb.LedgerNote(field=field, text=text) for field, text in _notes(review, one)],
        faults=[pb.LedgerCellFault(**reject._asdict()) for reject in one.rejects],
        candidates=_candidates(review, one),
    )  # fmt: skip


def _change(change: pb.LedgerChange) -> pb.LedgerChange:
    before, after = (shown(change.field, value) for value in (change.before, change.after or "none"))
    return pb.LedgerChange(field=heading(change.field), before=before, after=after)


def _notes(review: Review, one: Statement) -> Iterator[tuple[str, str]]:
    """What the row alone cannot bring about, what of it was not read, and warnings."""
    for key, text in one.notes:
        yield heading(key), text
    if (answer := review.answers.get(one.number)) is not None:
        for need in answer.needs:
            yield heading(need.field), need.text
        for warning in answer.warnings:
            yield "", warning


def _candidates(review: Review, one: Statement) -> Sequence[pb.LedgerCandidate]:
    answer = review.answers.get(one.number)
    return answer.fault.candidates if answer is not None and one.rejects else ()
