"""Who bears a warning on a day: warnings are computed when asked, so a list of one looks at whoever may bear it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from psycopg import sql

from services.coverage.domain.keys import BASE, FILED, FORMS
from services.coverage.domain.warnings import WARNINGS, Standing, organisation_warnings
from services.coverage.projection.tables import table
from services.coverage.queries.conditions import of_status
from services.coverage.queries.snapshot import Snapshot
from services.coverage.queries.span import Span
from services.coverage.queries.warned import standings, warnings_of
from xianfeng.rules import RuleSet

__all__ = ["OF_ORGANISATIONS", "enterprises_warned", "organisations_warned"]

OF_ORGANISATIONS = ("joint_over_five", "term_over", "term_ending", "no_consultation", "no_community_parent")
"""Of WARNINGS those that an organisation bears whatever is known of its members."""

_STANDING = """
select subject, k from (
    select subject, coalesce(units[b], unit) as place, keys[b] as k
      from {table}, lateral width_bucket(%(day)s, days) b
     where b > 0 and keys[b] <> 0 and (moved or unit = any(string_to_array(%(units)s, E'\\n')))
) life where place = any(string_to_array(%(units)s, E'\\n')) and {condition}
"""
_MAY_BEAR = {
    "filing_missing": f"k & {BASE} <> 0 and k & {FILED} = 0",
    "not_ready_without_work": of_status("none"),
}
_ORGANISED = of_status(*FORMS[1:])


async def enterprises_warned(now: Snapshot, rules: RuleSet, span: Span, day: date, warning: str) -> list[str]:
    """The enterprises of the span with this warning, one of WARNINGS."""
    assert warning in WARNINGS
    keys = await _standing(now, "enterprise", span, day, _MAY_BEAR.get(warning, _ORGANISED))
    found = await warnings_of(now, rules, keys, day)
    return [subject for subject, names in found.items() if warning in names]


async def organisations_warned(now: Snapshot, span: Span, day: date, warning: str) -> list[str]:
    """The organisations of the span with this warning, one of OF_ORGANISATIONS."""
    found = await standings(now, await _standing(now, "organisation", span, day, "true"), day)
    return [subject for subject, standing in found.items() if warning in _names(standing, day)]


def _names(standing: Standing, day: date) -> Collection[str]:
    return organisation_warnings(standing, None, day)


async def _standing(now: Snapshot, kind: str, span: Span, day: date, condition: str) -> dict[str, int]:
    """Subject → key of the day."""
    name = sql.Identifier(table(kind, now.build))
    statement = sql.SQL(_STANDING).format(table=name, condition=sql.SQL(condition))
    return dict(await now.fetch(statement, {"units": span.units_text, "day": day}))
