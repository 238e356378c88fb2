"""Which enterprises belong to which organisation on a day.

Rows say it of the business date; of another day the facts do, of whoever was organised then.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from psycopg import sql

from services.coverage.domain.slots import Slot
from services.coverage.projection.tables import table
from services.coverage.queries.conditions import FILTERS
from services.coverage.queries.forces import Force, forces
from services.coverage.queries.snapshot import Snapshot
from services.coverage.queries.span import Span
from services.coverage.queries.standing import keys_on

__all__ = ["Members", "member_counts", "members", "organisation_of"]

Members = Mapping[str, Sequence[str]]

_TODAY = """
select organisation, subject from {enterprise}
 where organisation = any(%(organisations)s) and unit = any(string_to_array(%(units)s, E'\\n')) and key <> 0
 order by name_folded, subject
"""
_COUNTS_TODAY = """
select organisation, count(*) from {enterprise}
 where organisation = any(%(organisations)s) and key <> 0 group by organisation
"""
_MAY_BELONG = f"{FILTERS['organised']} or {FILTERS['to_settle']}"


def organisation_of(force: Force) -> str:
    """The organisation that an enterprise has or belongs to by these facts; empty for none."""
    entry = force.get(Slot.OWN) or force.get(Slot.MEMBERSHIP)
    return str(entry[5] or "") if entry else ""


async def members(now: Snapshot, span: Span, day: date, organisations: Collection[str]) -> Members:
    """The enterprises of the span that belong to each on the day, by name."""
    found: dict[str, list[str]] = defaultdict(list)
    if now.is_business_date(day):
        statement = sql.SQL(_TODAY).format(enterprise=sql.Identifier(table("enterprise", now.build)))
        values = {"organisations": list(organisations), "units": span.units_text}
        for organisation, subject in await now.fetch(statement, values):
            found[organisation].append(subject)
        return found
    for subject, organisation in (await _belonging(now, span, day)).items():
        found[organisation].append(subject)
    return found


async def member_counts(now: Snapshot, organisations: Collection[str], day: date) -> Mapping[str, int]:
    """How many enterprises belong to each on the day, wherever they are; none where an organisation is missing."""
    if not organisations:
        return {}
    if now.is_business_date(day):
        statement = sql.SQL(_COUNTS_TODAY).format(enterprise=sql.Identifier(table("enterprise", now.build)))
        return dict(await now.fetch(statement, {"organisations": list(organisations)}))
    return Counter((await _belonging(now, None, day)).values())


async def _belonging(now: Snapshot, span: Span | None, day: date) -> dict[str, str]:
    """Enterprise → organisation, of those that were organised on the day, by name."""
    subjects = await keys_on(now, "enterprise", span, day, _MAY_BELONG)
    told = await forces(now, subjects, day)
    return {subject: organisation_of(told.get(subject, {})) for subject in subjects}
