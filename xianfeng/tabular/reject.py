"""One fault of a row; a module of its own, so that whoever only tells of faults loads no library for workbooks."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Reject"]


class Reject(NamedTuple):
    """One fault of a row: the field (as its heading has it), the value, why it cannot be taken, what to do."""

    field: str
    value: str
    reason: str
    remedy: str
