"""党组织登记 (L10): the register of Party organisations of a unit, as it stands now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.console.context import Page
from services.console.exports.basis import above, in_division_order, notices
from services.console.exports.paper import Paper, Table, Told, columns
from services.console.exports.register import facts_of, histories, organisations_of
from services.console.templating import link
from services.console.views.labels import label
from xianfeng.words import say

__all__ = ["organisations"]

COLUMNS: tuple[Told, ...] = (
    ("unit", 15.0, "text"), ("name", 32.0, "text"), ("short", 9.0, "text"), ("code", 9.0, "text"),
    ("type", 9.0, "text"), ("form", 11.0, "text"), ("functional", 9.0, "text"), ("approved-by", 20.0, "text"),
    ("number", 16.0, "text"), ("former", 18.0, "text"), ("term", 7.0, "number"), ("begins", 12.0, "day"),
    ("ends", 12.0, "day"),
)  # fmt: skip
MOST_HISTORIES = 1000
"""Former names are read from time lines: beyond so many organisations they are left out, and that is said."""
RENAMING = ("organisation.opened.v1", "organisation.renamed.v1")


async def organisations(page: Page, unit: str, form: str = "", text: str = "") -> Paper:
    """Those of a form, or with the text in their name. Raises PageProblem when there are too many for one paper."""
    of, _, _, demonstration = await above(page, unit)
    found, last = await organisations_of(page, of.id, text=text)
    rows = [row for row in found if not form or facts_of(row)["form"] == form]
    rows.sort(key=in_division_order)
    told = await histories(page, [row.subject for row in rows]) if len(rows) <= MOST_HISTORIES else {}
    notes = [say("console.exports.not-kept")]
    notes += [] if told or not rows else [say("console.papers.no-former", most=MOST_HISTORIES)]
    texts = [_texts(row, told) for row in rows]
    told_of = (label("status", form) if form else "", text)
    asked = [say("console.exports.chosen", chosen=one) for one in told_of if one]
    counted = say("console.exports.total", total=f"{len(rows):,}", counter=say("console.papers.organisation.counter"))
    return Paper(
        "organisations", say("console.papers.title.organisations", unit=of.name), of.id, last.day,
        [*notices(last.day, live=True), counted, *asked],
        [Table(say("console.papers.organisations"), columns("console.papers.organisation", COLUMNS), texts, notes)],
        link("units", of.id, "organisations", form=form, text=text), demonstration,
    )  # fmt: skip


def _texts(row: Any, told: Mapping[str, Any]) -> tuple[str, ...]:
    facts = facts_of(row)
    none, (number, begins, ends) = say("console.dash"), facts.get("term") or (None, None, None)
    _, document, approved_by = facts.get("step.approved") or (None, None, None)
    former = [line.data["name"] for line in told.get(row.subject, ()) if line.type in RENAMING and not line.voided]
    return (
        row.unit.name, row.name, none, none, say(f"registry.value.{facts['type']}"), label("status", facts["form"]),
        say("registry.value.yes" if facts.get("functional") else "registry.value.no"), approved_by or "",
        document or "", "、".join(name for name in dict.fromkeys(former) if name != row.name) if told else none,
        f"{number:.0f}" if number else "", begins or "", ends or "",
    )  # fmt: skip
