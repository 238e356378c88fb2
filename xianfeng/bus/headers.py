"""The two headers of a record: `position` in the log, and `after`, the position before it on its partition."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["chain_of", "headers_for"]

_LONGEST = 18


def headers_for(position: int, after: int) -> list[tuple[str, bytes]]:
    """The headers of a record, in ASCII digits."""
    return [("position", b"%d" % position), ("after", b"%d" % after)]


def chain_of(headers: Sequence[tuple[str, bytes | None]]) -> tuple[int, int] | None:
    """(position, after) of a record's headers; None when they are not the relay's."""
    try:
        (first, position), (second, after) = headers
    except ValueError:
        first = second = ""
    if first != "position" or second != "after":
        found = dict(headers)
        position, after = found.get("position"), found.get("after")
    if position is None or after is None or not (position.isdigit() and after.isdigit()) or len(position) > _LONGEST:
        return None
    numbers = int(position), int(after[:_LONGEST])
    return numbers if numbers[0] > numbers[1] else None
