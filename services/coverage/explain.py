"""Why an enterprise has this status and this duty: the row that is counted, and the events behind it.

The events are asked from registry's log up to the version that the row was folded from, so that the facts shown are
the facts that decided. "As known at" T folds the log up to T's mark instead, whatever came later.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial

import grpc
from psycopg import sql

from proto.xianfeng.coverage.v1 import coverage_pb2 as pb
from proto.xianfeng.platform.v1 import log_pb2
from proto.xianfeng.platform.v1.log_pb2_grpc import EventLogStub
from services.coverage.domain.keys import DUTIES, DUTY_AT, STATUS_AT, STATUSES
from services.coverage.domain.slots import Slot, in_force
from services.coverage.domain.timeline import GONE, Assessor, Segment, on
from services.coverage.domain.warnings import enterprise_warnings
from services.coverage.projection.tables import table
from services.coverage.queries.facts import Story, tell
from services.coverage.queries.figures import basis_message
from services.coverage.queries.held import held_places
from services.coverage.queries.marks import mark_at, registry_away
from services.coverage.queries.reasons import clause_of, explain_cell, rule_set_label
from services.coverage.queries.request import path_of, read_day, read_instant, short, unit_message
from services.coverage.queries.snapshot import Snapshot, snapshot
from services.coverage.queries.warned import standings
from xianfeng.clock import day_of
from xianfeng.refusal import Refused
from xianfeng.rpc.auth import Principal
from xianfeng.store.pool import Pool
from xianfeng.units import TreeOfDay, UnitTree
from xianfeng.words import say

__all__ = ["Explainer", "Known", "require_own"]

_DEADLINE = 5.0
_HIDDEN = frozenset({"uncovered_reason"})
"""What an enterprise's own account never sees (domain §9)."""

_KNOWN = "select subject, version from {} where subject = %(text)s or code = %(code)s order by subject limit 1"


@dataclass(frozen=True, slots=True)
class Known:
    """An enterprise that the projection has, and from which moment."""

    subject: str
    version: int
    held: bool
    basis: pb.Basis
    day: date


class Explainer:
    """Explains by one rule set; `log` is registry's event log."""

    def __init__(self, pool: Pool, tree: UnitTree, assessor: Assessor, log: EventLogStub) -> None:
        self.pool = pool
        self._tree = tree
        self.assessor = assessor
        self._log = log
        self._clause = clause_of(assessor.rules)

    async def explain(self, request: pb.ExplainRequest, caller: Principal) -> pb.Explanation:
        """Explain one enterprise on one day. Raises Refused, also for another firm than an enterprise's own."""
        async with snapshot(self.pool) as now:
            known = await self.find(now, request)
        require_own(caller, known)
        story = tell(await self.told(known, request.known_at))
        life = self.assessor.life(story.folded)
        segment = on(life, known.day.toordinal())
        answer = self._answer(known, story, life, segment, caller)
        if segment is not None:
            await self._warn(known, story, segment, answer)
        return answer

    async def _warn(self, known: Known, story: Story, segment: Segment, answer: pb.Explanation) -> None:
        """The organisation's side is as known now: it has a history of its own, on its own key."""
        force = in_force(story.entries, known.day.toordinal())
        async with snapshot(self.pool) as now:
            standing = (await standings(now, {segment.organisation} - {""}, known.day)).get(segment.organisation)
        found = enterprise_warnings(self.assessor.rules, segment, force, standing, known.day)
        texts = [say(f"coverage.warning.{name}") for name in found]
        answer.row.warnings.extend(texts)
        answer.warnings.extend(texts)

    async def find(self, now: Snapshot, request: pb.ExplainRequest) -> Known:
        """The enterprise that the request names, as the projection has it. Raises Refused when it has none."""
        text = short(request.enterprise, "enterprise")
        statement = sql.SQL(_KNOWN).format(sql.Identifier(table("enterprise", now.build)))
        rows = await now.fetch(statement, {"text": text, "code": text.upper()})
        if not rows:
            message, remedy = say("coverage.refused.unknown-enterprise", text=text), say("coverage.refused.remedy-code")
            raise Refused(message, kind="unknown", reason="unknown-enterprise", field="enterprise", remedy=remedy)
        subject, version = rows[0]
        then = day_of(read_instant(request.known_at)) if request.known_at else now.business_date
        day = read_day(request.day, then)
        basis = basis_message(now, self._tree.on(day), rule_set_label(self.assessor.rules))
        return Known(subject, version, subject in await held_places(now, day), basis, day)

    async def told(self, known: Known, known_at: str = "", *, newest: bool = False) -> list[bytes]:
        """The enterprise's events: those that were folded, those known at an instant, or all up to the newest."""
        try:
            until = (await mark_at(self._log, known_at)).position if known_at else 0
            wanted = log_pb2.ReadRequest(subject=known.subject, until=until)
            raws = [found.event async for page in self._log.Read(wanted, timeout=_DEADLINE) for found in page.events]
        except grpc.aio.AioRpcError as away:
            raise registry_away() from away
        return raws if known_at or newest else raws[: known.version]

    def _answer(
        self, known: Known, story: Story, life: list[Segment], segment: Segment | None, caller: Principal
    ) -> pb.Explanation:
        tree, rules = self._tree.on(known.day), self.assessor.rules
        hide = _HIDDEN if caller.role == "enterprise" else frozenset()
        banded = not _sees_small_counts(caller, tree, segment)
        answer = pb.Explanation(
            row=self._row(known, story, segment, tree), day=known.day.isoformat(), rule_set=rule_set_label(rules),
            facts=story.lines(known.day, partial(_unit_name, tree), hide=hide, banded=banded),
            history=_history(life, tree), basis=known.basis, banded=banded,
            path=path_of(tree, segment.unit) if segment else [],
        )  # fmt: skip
        if segment is None:
            answer.warnings.append(say("coverage.explain.not-yet", day=known.day))
        elif segment.cell == GONE:
            answer.warnings.append(say("coverage.explain.merged"))
        else:
            explain_cell(rules, rules.cells[segment.cell], answer)
        return answer

    def _row(self, known: Known, story: Story, segment: Segment | None, tree: TreeOfDay) -> pb.Row:
        force = in_force(story.entries, known.day.toordinal())
        row = pb.Row(subject=known.subject, held=known.held)
        row.code, row.name = (str(force[slot][3]) if slot in force else "" for slot in (Slot.CODE, Slot.NAME))
        if segment is not None:
            row.MergeFrom(self.row_of(segment, known.day))
        return row

    def row_of(self, segment: Segment, day: date) -> pb.Row:
        """What a segment says of an enterprise: its unit under the tree of the day, status, duty and clause."""
        row = pb.Row(since=_iso(segment.since), due=_iso(segment.due))
        row.unit.CopyFrom(unit_message(self._tree.on(day), segment.unit))
        row.status, row.duty = _words(segment)
        row.clause = self._clause(segment.cell) if segment.cell != GONE else ""
        return row


def require_own(caller: Principal, known: Known) -> None:
    """Refuse another firm than an enterprise's own to its account."""
    if caller.role == "enterprise" and caller.enterprise != known.subject:
        raise Refused(say("coverage.refused.not-yours"), kind="denied", reason="not-yours", field="enterprise")


def _sees_small_counts(caller: Principal, tree: TreeOfDay, segment: Segment | None) -> bool:
    """The enterprise's unit, those above it, and the enterprise itself (domain §9)."""
    if caller.role == "enterprise" or not caller.unit:
        return True
    if segment is None or segment.unit not in tree or caller.unit not in tree:
        return False
    return tree.lies_under(segment.unit, caller.unit)


def _history(life: list[Segment], tree: TreeOfDay) -> list[pb.Segment]:
    """What was, is and will be, as known now: stretches of one status, duty and unit."""
    told: list[pb.Segment] = []
    last: tuple[str, ...] = ()
    for segment in life:
        status, duty = _words(segment)
        if (status, duty, segment.unit) == last:
            continue
        last = (status, duty, segment.unit)
        if told:
            told[-1].until = _iso(segment.day - 1)
        unit = unit_message(tree, segment.unit)
        told.append(pb.Segment(**{"from": _iso(segment.day)}, status=status, duty=duty, unit=unit))
    return told


def _unit_name(tree: TreeOfDay, unit: str) -> str:
    """The unit's path under the tree of the day asked for; planting a tree for each fact's own day takes too long."""
    return tree.path_name(unit) if unit in tree else unit


def _words(segment: Segment) -> tuple[str, str]:
    """Status and duty; both empty once the record no longer counts."""
    if not segment.key:
        return "", ""
    return STATUSES[segment.key >> STATUS_AT & 15], DUTIES[segment.key >> DUTY_AT & 7]


def _iso(ordinal: int) -> str:
    return date.fromordinal(ordinal).isoformat() if ordinal else ""
