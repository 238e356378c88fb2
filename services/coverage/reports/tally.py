"""What layouts count of one group of keys beyond the figures: enterprises by how they are covered and member class."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from services.coverage.domain.keys import ENTERPRISE, namespace, unpack_enterprise
from services.coverage.queries.counting import Counts

__all__ = ["Tally", "tally"]

_UNCOVERED = ("work", "none")


@dataclass(slots=True)
class Tally:
    """Enterprises of one unit, or of one of its children; `uncovered` and `joint` by member class."""

    enterprises: int = 0
    own: int = 0
    joined: int = 0
    uncovered: dict[str, int] = field(default_factory=dict)
    joint: dict[str, int] = field(default_factory=dict)

    def uncovered_of(self, *members: str) -> int:
        return sum(self.uncovered.get(one, 0) for one in members)

    def joint_of(self, *members: str) -> int:
        return sum(self.joint.get(one, 0) for one in members)


def tally(groups: Iterable[Counts]) -> Tally:
    """The tally of these groups together."""
    found = Tally()
    for pairs in groups:
        for key, n in pairs:
            if namespace(key) == ENTERPRISE:
                _enterprise(found, key, n)
    return found


def _enterprise(found: Tally, key: int, n: int) -> None:
    one = unpack_enterprise(key)
    if not one.operating:
        return
    found.enterprises += n
    if one.status == "own":
        found.own += n
    elif one.organised:
        found.joined += n
        _add(found.joint, one.members, n)
    elif one.status in _UNCOVERED:
        _add(found.uncovered, one.members, n)


def _add(counts: dict[str, int], key: str, n: int) -> None:
    counts[key] = counts.get(key, 0) + n
