"""Who bears a warning on a day: warnings are computed when asked, so a list of one looks at whoever may bear it."""

from __future__ import annotations

from datetime import date

from services.coverage.domain.warnings import WARNINGS, organisation_warnings
from services.coverage.queries.conditions import FILTERS, of_status
from services.coverage.queries.snapshot import Snapshot
from services.coverage.queries.span import Span
from services.coverage.queries.standing import keys_on
from services.coverage.queries.warned import standings, warnings_of
from xianfeng.rules import RuleSet

__all__ = ["OF_ORGANISATIONS", "enterprises_warned", "organisations_warned"]

OF_ORGANISATIONS = ("joint_over_five", "term_over", "term_ending", "no_consultation", "no_community_parent")
"""Of WARNINGS those that an organisation bears whatever is known of its members."""

_MAY_BEAR = {
    "filing_missing": FILTERS["filing_missing"],
    "not_ready_without_work": of_status("none"),
}


async def enterprises_warned(now: Snapshot, rules: RuleSet, span: Span, day: date, warning: str) -> list[str]:
    """The enterprises of the span with this warning, one of WARNINGS."""
    assert warning in WARNINGS
    keys = await keys_on(now, "enterprise", span, day, _MAY_BEAR.get(warning, FILTERS["organised"]))
    found = await warnings_of(now, rules, keys, day)
    return [subject for subject, names in found.items() if warning in names]


async def organisations_warned(now: Snapshot, span: Span, day: date, warning: str) -> list[str]:
    """The organisations of the span with this warning, one of OF_ORGANISATIONS."""
    found = await standings(now, await keys_on(now, "organisation", span, day), day)
    return [subject for subject, standing in found.items() if warning in organisation_warnings(standing, None, day)]
