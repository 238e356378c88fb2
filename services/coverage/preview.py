"""What facts that nobody has recorded yet would do to an enterprise's status and duty.

The events come from registry's rehearsal. They are folded after those of the log by the same functions that count, so
what is said before saving is what will be counted after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec

from proto.xianfeng.coverage.v1 import coverage_pb2 as pb
from services.coverage.domain.timeline import GONE, Segment, on
from services.coverage.explain import Explainer, require_own
from services.coverage.queries.facts import Story, tell
from services.coverage.queries.reasons import clause_text
from services.coverage.queries.snapshot import snapshot
from xianfeng.event import Head, decode_head
from xianfeng.refusal import Refused
from xianfeng.rpc.auth import Principal
from xianfeng.words import say

__all__ = ["Previewer"]

_MOST_EVENTS = 100


class Previewer:
    """Finds enterprise and log by the explainer, and judges by its rule set."""

    def __init__(self, explainer: Explainer) -> None:
        self._explainer = explainer

    async def preview(self, request: pb.PreviewRequest, caller: Principal) -> pb.PreviewResponse:
        """Compare before and after. Raises Refused, also for bytes that are no events of registry's."""
        async with snapshot(self._explainer.pool) as now:
            known = await self._explainer.find(now, pb.ExplainRequest(enterprise=request.enterprise))
        require_own(caller, known)
        meant = [(raw, head) for raw, head in _decoded(request.events) if head.subject == known.subject]
        told = await self._explainer.told(known, newest=True)
        day = max([known.day, *(head.effective for _, head in meant)])
        before, after = tell(told), _fold([*told, *(raw for raw, _ in meant)])
        return pb.PreviewResponse(
            day=day.isoformat(), before=self._assessed(before, day), after=self._assessed(after, day)
        )

    def _assessed(self, story: Story, day: date) -> pb.Assessed:
        explainer, found = self._explainer, pb.Assessed()
        segment = on(explainer.assessor.life(story.folded), day.toordinal())
        if segment is None or segment.cell == GONE:
            return found
        row = explainer.row_of(segment, day)
        found.status, found.duty, found.since, found.due = row.status, row.duty, row.since, row.due
        found.clause, found.clause_text = row.clause, self._text(segment)
        found.unit.CopyFrom(row.unit)
        return found

    def _text(self, segment: Segment) -> str:
        rules = self._explainer.assessor.rules
        cell = rules.cells[segment.cell]
        return clause_text(rules, cell.duty_clause if cell.duty else cell.status_clause)


def _decoded(events: Sequence[bytes]) -> list[tuple[bytes, Head]]:
    if len(events) > _MOST_EVENTS:
        raise _not_events()
    try:
        return [(raw, decode_head(raw)) for raw in events]
    except msgspec.MsgspecError:
        raise _not_events() from None


def _fold(raws: list[bytes]) -> Story:
    try:
        return tell(raws)
    except (ValueError, msgspec.MsgspecError):
        raise _not_events() from None


def _not_events() -> Refused:
    message, remedy = say("coverage.refused.not-events"), say("coverage.refused.remedy-events")
    return Refused(message, kind="invalid", reason="not-events", field="events", remedy=remedy)
