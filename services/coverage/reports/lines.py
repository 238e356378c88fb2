"""Lines of a report: enterprises and changes, with the units that they name by their place."""

from __future__ import annotations

from collections.abc import Iterable

from proto.xianfeng.coverage.v1 import coverage_pb2, reports_pb2
from services.coverage.domain.keys import unpack_enterprise
from services.coverage.queries.request import unit_message
from services.coverage.reports.changes import Moved, Seen
from services.coverage.reports.reading import OnBothDays
from xianfeng.units import TreeOfDay

__all__ = ["Lines"]


class Lines:
    """Writes lines of one report, and collects the units that they name."""

    def __init__(self, tree: TreeOfDay) -> None:
        self._tree = tree
        self._places: dict[str, int] = {}

    def units(self) -> list[coverage_pb2.Unit]:
        """In the order of their places."""
        return [unit_message(self._tree, unit) for unit in self._places]

    def line(self, one: OnBothDays) -> reports_pb2.Line:
        """An enterprise as it stands on the cut-off day."""
        subject, code, name, _, after = one.subject
        key = unpack_enterprise(after.key)
        return reports_pb2.Line(
            subject=subject, code=code, name=name, unit=self._place(after.place), status=key.status, duty=key.duty,
            due=one.due.isoformat() if key.duty and one.due else "",
        )  # fmt: skip

    def changes(self, moved: Iterable[Moved]) -> list[reports_pb2.Change]:
        return [self._change(one) for one in moved]

    def _change(self, moved: Moved) -> reports_pb2.Change:
        subject, code, name, before, after = moved.subject
        status_before, duty_before, unit_before = self._standing(before)
        status, duty, unit = self._standing(after)
        return reports_pb2.Change(
            subject=subject, code=code, name=name, cause=moved.cause, unit_before=unit_before, unit=unit,
            status_before=status_before, status=status, duty_before=duty_before, duty=duty,
        )  # fmt: skip

    def _standing(self, seen: Seen) -> tuple[str, str, int]:
        if not seen.key:
            return "", "", -1
        key = unpack_enterprise(seen.key)
        return key.status, key.duty, self._place(seen.place)

    def _place(self, unit: str) -> int:
        return self._places.setdefault(unit, len(self._places))
