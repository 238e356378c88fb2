"""Editions and states in registry's tables: written with the events, read back as they were sent."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from typing import Any, NamedTuple

from psycopg import AsyncConnection

from proto.xianfeng.registry.v1 import reports_pb2 as pb
from services.registry.commands.report import Edition
from services.registry.domain.explaining import SentFigures
from services.registry.domain.report import Report
from services.registry.domain.words import refuse
from services.registry.events import CATALOGUE
from services.registry.events.report import ReportedFigures, ReportSent
from xianfeng.store.log import Query, read_async
from xianfeng.store.session import Session

__all__ = ["Standing", "find_edition", "find_sent", "find_standing", "keep_edition", "keep_state", "states"]

_KEEP = """
insert into report_edition (subject, edition, unit, month, cutoff, digest, content, notes, actor, at)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_STATE = """
insert into report_state (subject, unit, month, state, edition, actor, at, reason)
values (%s, %s, %s, %s, %s, %s, %s, %s)
on conflict (subject) do update set state = excluded.state, edition = excluded.edition, actor = excluded.actor,
    at = excluded.at, reason = excluded.reason
"""
_OPEN = """
select e.unit, e.month, e.edition, e.cutoff, e.digest, e.content, e.notes, e.actor, e.at, s.state, s.edition
  from report_edition e join report_state s using (subject)
 where subject = %s and e.edition = case when %s = 0 then s.edition else %s end
"""
_OF_UNIT = "select unit, month, state, edition, actor, at, reason from report_state where unit = %s order by month desc"
_OF_MONTH = """
select unit, month, state, edition, actor, at, reason from report_state where unit = any(%s) and month = %s
"""
# The last edition of each report that is sent.
_SENT = """
select e.originator_id, (array_agg(e.state order by e.originator_version desc))[1]
  from registry_events e join report_state s on s.subject = e.originator_id and s.state = 'sent'
 where e.originator_id = any(%s) and e.topic = %s group by 1
"""


class Standing(NamedTuple):
    """How a unit's report for a month stands."""

    unit: str
    month: str
    state: str
    edition: int
    actor: str
    at: str
    reason: str


def keep_state(session: Session, report: Report, unit: str, month: str, *, actor: str, reason: str = "") -> None:
    """Write the report's state, in the transaction of its event."""
    at = session.clock.now()
    session.execute(_STATE, (report.id, unit, month, report.stage, report.edition, actor, at, reason))


def keep_edition(session: Session, report: Report, edition: Edition, packed: bytes, *, actor: str) -> None:
    """Write the content (packed with zlib), in the transaction of its event."""
    values = (report.id, report.edition, edition.unit, edition.month, edition.cutoff, edition.digest)
    session.execute(_KEEP, (*values, packed, list(edition.notes), actor, session.clock.now()))


async def find_edition(connection: AsyncConnection[Any], subject: str, edition: int) -> pb.ReportEdition | None:
    """An edition (0: the last) as it was sent. Raises Refused when its bytes are no longer those of its digest."""
    found = await connection.execute(_OPEN, (subject, edition, edition))
    row = await found.fetchone()
    if row is None:
        return None
    unit, month, number, cutoff, digest, packed, notes, actor, at, state, last = row
    content = zlib.decompress(packed)
    if hashlib.sha256(content).hexdigest() != digest:
        raise refuse("report-damaged", field="edition", edition=number)
    return pb.ReportEdition(
        unit=unit, month=month, edition=number, cutoff=cutoff.isoformat(), digest=digest, content=content, notes=notes,
        actor=actor, at=at.isoformat(), state=state, last=last,
    )  # fmt: skip


async def find_sent(connection: AsyncConnection[Any], subject: str, day: str) -> SentFigures | None:
    """What the report's last edition said, if it was of this cut-off day; the event in the log has the figures."""
    rows = await read_async(connection, "registry", Query(subject=subject, types=[ReportSent.TYPE]))
    data = _sent(rows[-1].raw) if rows else None
    return SentFigures(data.edition, data.figures) if data and data.cutoff.isoformat() == day else None


async def find_standing(connection: AsyncConnection[Any], subjects: Sequence[str]) -> dict[str, ReportedFigures]:
    """What the reports among these that are sent have said last, by subject."""
    rows = await (await connection.execute(_SENT, (list(subjects), ReportSent.TYPE))).fetchall()
    return {subject: _sent(bytes(raw)).figures for subject, raw in rows}


def _sent(raw: bytes) -> ReportSent:
    data = CATALOGUE.load(raw).data
    if not isinstance(data, ReportSent):
        raise TypeError(f"{type(data).__name__} under the name of {ReportSent.TYPE}")
    return data


async def states(connection: AsyncConnection[Any], units: Sequence[str], month: str) -> list[Standing]:
    """Those of these units for a month; without a month, all of the first one, the newest month first."""
    if month:
        found = await connection.execute(_OF_MONTH, (list(units), month))
    else:
        found = await connection.execute(_OF_UNIT, (units[0],))
    return [
        Standing(unit, of, state, edition, actor, at.isoformat(), reason)
        for unit, of, state, edition, actor, at, reason in await found.fetchall()
    ]
