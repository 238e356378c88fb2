"""What differs between two reports of one unit: from the enterprises behind them, so it adds up."""

from __future__ import annotations

from typing import NamedTuple

from google.protobuf.message import DecodeError

from proto.xianfeng.coverage.v1.coverage_pb2 import Unit
from proto.xianfeng.coverage.v1.reports_pb2 import Change, Line, Report, ReportComparison
from xianfeng.refusal import Refused
from xianfeng.words import say

__all__ = ["difference", "read_both"]

_NOT_COUNTED = ("", "inactive", "out_of_scope")
_CAME = {"": "first", "inactive": "resumed", "out_of_scope": "into_scope"}
_WENT = {"": "gone", "inactive": "inactive", "out_of_scope": "out_of_scope"}


class _Standing(NamedTuple):
    """An enterprise in one report; one that is not in it has the empty line."""

    line: Line
    unit: Unit

    @property
    def counted(self) -> bool:
        """应统计: it operates and is in scope."""
        return self.line.status not in _NOT_COUNTED


_NOWHERE = _Standing(Line(), Unit())


def read_both(older: bytes, newer: bytes) -> tuple[Report, Report]:
    """The two reports. Raises Refused for bytes that are none, and for reports of different units."""
    first, second = _read(older, "older"), _read(newer, "newer")
    if not first.unit.id or first.unit.id != second.unit.id:
        raise _refused("not-comparable", "newer", first=first.unit.name, second=second.unit.name)
    return first, second


def difference(older: Report, newer: Report) -> ReportComparison:
    """Every enterprise that stands otherwise, in the order of the newer report, then those that only the older has."""
    before, after = _roll(older), _roll(newer)
    found = ReportComparison(
        before=sum(one.counted for one in before.values()), after=sum(one.counted for one in after.values())
    )
    places: dict[str, int] = {}
    for subject in dict.fromkeys((*after, *before)):
        _compare(found, places, before.get(subject, _NOWHERE), after.get(subject, _NOWHERE))
    return found


def _read(content: bytes, field: str) -> Report:
    try:
        report = Report.FromString(content)
    except DecodeError:
        raise _refused("not-a-report", field) from None
    if any(not 0 <= line.unit < len(report.units) for line in report.roll):
        raise _refused("not-a-report", field)
    return report


def _roll(report: Report) -> dict[str, _Standing]:
    return {line.subject: _Standing(line, report.units[line.unit]) for line in report.roll}


def _compare(found: ReportComparison, places: dict[str, int], old: _Standing, new: _Standing) -> None:
    if new.counted and not old.counted:
        found.added.append(_change(found, places, _CAME[old.line.status], old, new))
    elif old.counted and not new.counted:
        found.removed.append(_change(found, places, _WENT[new.line.status], old, new))
    elif cause := _stayed(old, new):
        found.changed.append(_change(found, places, cause, old, new))


def _stayed(old: _Standing, new: _Standing) -> str:
    """Why one that counts in both, or in neither, is told all the same; empty when nothing differs."""
    if not old.line.subject:
        return "first"
    if not new.line.subject:
        return "gone"
    if old.line.status != new.line.status:
        return "status"
    if old.line.duty != new.line.duty:
        return "duty"
    return "moved" if old.unit.id != new.unit.id else ""


def _change(found: ReportComparison, places: dict[str, int], cause: str, old: _Standing, new: _Standing) -> Change:
    named = new.line if new.line.subject else old.line
    return Change(
        subject=named.subject, code=named.code, name=named.name, cause=cause,
        unit_before=_place(found, places, old), unit=_place(found, places, new), status_before=old.line.status,
        status=new.line.status, duty_before=old.line.duty, duty=new.line.duty,
    )  # fmt: skip


def _place(found: ReportComparison, places: dict[str, int], one: _Standing) -> int:
    if not one.line.subject:
        return -1
    if one.unit.id not in places:
        places[one.unit.id] = len(places)
        found.units.append(one.unit)
    return places[one.unit.id]


def _refused(reason: str, field: str, **values: object) -> Refused:
    message, remedy = (say(f"reports.refused.{reason}.{part}", **values) for part in ("message", "remedy"))
    return Refused(message, kind="invalid", reason=reason, field=field, remedy=remedy)
