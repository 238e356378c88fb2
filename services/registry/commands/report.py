"""Sending a monthly report, sending it back, and not asking for it.

They are decided at the desk like every command, but an edition's content is too large for the form of the others.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from services.registry.commands.desk import Desk
from services.registry.domain.explaining import SentFigures, unexplained
from services.registry.domain.report import Report, month_before
from services.registry.domain.unit import Unit
from services.registry.domain.words import refuse
from services.registry.events.report import ReportedFigures, ReportExcused, ReportSent
from xianfeng.words import say

__all__ = ["Below", "Edition", "differs", "excuse_report", "return_report", "send_report"]

_ABOVE_ALL = ("administrator", "service")
_NAMED = 5


class Below(NamedTuple):
    """A unit below that has figures: what it would report now."""

    unit: str
    name: str
    enterprises: int


class Edition(NamedTuple):
    """What is sent. `before` are the figures of `before_day` as counted now (None: the unit did not exist).

    `below` are the units that are asked for reports of their own.
    """

    unit: str
    month: str
    cutoff: date
    digest: str
    figures: ReportedFigures
    before: ReportedFigures | None
    before_day: str
    below: tuple[Below, ...]
    notes: tuple[str, ...]


def send_report(desk: Desk, edition: Edition) -> Report:
    """The unit's own office sends, once the units below have. Warns where their figures are others by now."""
    unit = desk.unit(edition.unit, "unit")
    if desk.principal.unit != unit and desk.principal.role not in _ABOVE_ALL:
        raise refuse("report-not-own", field="unit", kind="denied")
    _require_open_above(desk, unit, edition.month)
    _require_below(desk, edition)
    _require_explained(desk, edition)
    report = _report(desk, unit, edition.month)
    report.send(
        ReportSent(
            unit=unit, month=edition.month, cutoff=edition.cutoff, edition=report.edition + 1, digest=edition.digest,
            figures=edition.figures, notes=edition.notes,
        )
    )  # fmt: skip
    return report


def return_report(desk: Desk, unit: str, month: str, reason: str, *, top: bool) -> Report:
    """An office above sends the report back; not while its own one is sent. At the top a unit takes back its own."""
    report = _from_above(desk, unit, month, own=top)
    report.give_back(reason)
    return report


def excuse_report(desk: Desk, unit: str, month: str, reason: str, *, top: bool) -> Report:
    """An office above does not ask the unit for this month's report; whoever is at the top is always asked."""
    if top:
        raise refuse("report-top", field="unit")
    report = _from_above(desk, unit, month, own=False)
    report.excuse(ReportExcused(unit=unit, month=month, reason=reason))
    return report


def differs(unit: str, sent: int, now: int) -> str:
    """The warning that a unit below has sent another 应统计 than is counted now."""
    return say("reports.warning.differs", unit=unit, sent=sent, now=now)


def _from_above(desk: Desk, unit: str, month: str, *, own: bool) -> Report:
    desk.unit(unit, "unit")
    if desk.principal.unit == unit and not own and desk.principal.role not in _ABOVE_ALL:
        raise refuse("report-from-above", field="unit", kind="denied")
    _require_open_above(desk, unit, month)
    return _report(desk, unit, month)


def _report(desk: Desk, unit: str, month: str) -> Report:
    id = Report.id_of(unit, month)
    return desk.session.find(Report, id) or desk.session.new(Report, id)


def _require_open_above(desk: Desk, unit: str, month: str) -> None:
    """What the unit above has sent stands on the reports below it: they do not change under it."""
    above = desk.session.get(Unit, unit).above(desk.today)
    sent = desk.session.find(Report, Report.id_of(above, month)) if above else None
    if sent is not None and sent.stage == "sent":
        raise refuse("report-sent-above", field="unit", month=month)


def _require_below(desk: Desk, edition: Edition) -> None:
    missing = []
    for below in edition.below:
        report = desk.session.find(Report, Report.id_of(below.unit, edition.month))
        if report is None or not report.settled:
            missing.append(below.name)
        elif report.stage == "sent" and report.figures and report.figures.enterprises != below.enterprises:
            desk.warnings.append(differs(below.name, report.figures.enterprises, below.enterprises))
    if missing:
        names = "、".join(missing[:_NAMED])
        raise refuse("report-below", field="unit", count=len(missing), names=names)


def _require_explained(desk: Desk, edition: Edition) -> None:
    """Figures that moved far, or that last month was sent with otherwise, go up with a word on why."""
    if edition.notes:
        return
    asked = unexplained(edition.figures, edition.before, _sent(desk, edition))
    if asked:
        figures = "、".join(dict.fromkeys(one.label for one in asked))
        raise refuse("report-unexplained", field="notes", kind="invalid", figures=figures)


def _sent(desk: Desk, edition: Edition) -> SentFigures | None:
    """What the unit's last edition of the month before said, if it was of the day that is compared with."""
    last = desk.session.find(Report, Report.id_of(edition.unit, month_before(edition.month)))
    if last is None or last.figures is None or last.cutoff != edition.before_day:
        return None
    return SentFigures(last.edition, last.figures)
