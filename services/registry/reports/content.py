"""An edition's content on its way in: coverage's seal is checked, then it is read for what registry must know."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta

from google.protobuf.message import DecodeError

from proto.xianfeng.coverage.v1.coverage_pb2 import Figures
from proto.xianfeng.coverage.v1.reports_pb2 import Report
from services.registry.commands.report import Below, Edition
from services.registry.domain.words import refuse
from services.registry.events.report import ReportedFigures
from xianfeng.clock import Clock
from xianfeng.seal import Seal

__all__ = ["FRESH", "read_edition", "reported"]

FRESH = timedelta(hours=1)
"""So long after it was made a report may be sent: what is sent is what was looked at, and not of last week."""

JOINT = ("joint", "regional", "industry", "grid")
_ASKS_FOR_NONE = "community"
"""Communities hand in no report of their own: their street's has what they have."""


def read_edition(content: bytes, seal: bytes, notes: tuple[str, ...], sealed: Seal, clock: Clock) -> Edition:
    """The edition. Raises Refused for what coverage did not make, made long ago, or made of a day not over yet."""
    report = _report(content, seal, sealed)
    cutoff = date.fromisoformat(report.cutoff)
    if clock.now() - datetime.fromisoformat(report.made) > FRESH:
        raise refuse("report-stale", field="content", made=report.made[:16].replace("T", " "))
    if cutoff >= clock.today():
        raise refuse("report-early", field="content", cutoff=cutoff)
    below = (child for child in report.children if child.registered and child.unit.level != _ASKS_FOR_NONE)
    return Edition(
        report.unit.id, report.month, cutoff, hashlib.sha256(content).hexdigest(), reported(report.figures),
        reported(report.before) if report.HasField("before") else None, report.before_day,
        tuple(Below(child.unit.id, child.unit.name, child.enterprises) for child in below), notes,
    )  # fmt: skip


def _report(content: bytes, seal: bytes, sealed: Seal) -> Report:
    if not sealed.fits(content, seal):
        raise refuse("report-seal", field="content", kind="invalid")
    try:
        return Report.FromString(content)
    except DecodeError:
        raise refuse("report-seal", field="content", kind="invalid") from None


def reported(found: Figures) -> ReportedFigures:
    """The figures that an event keeps."""
    by = found.by_status
    return ReportedFigures(
        registered=found.registered, enterprises=found.enterprises, own=by["own"],
        joint=sum(by[form] for form in JOINT), work=by["work"], uncovered=by["none"],
    )  # fmt: skip
