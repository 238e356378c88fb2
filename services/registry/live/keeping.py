"""What is kept of a source's record: the feed's own normalising, as a live source needs it."""

from __future__ import annotations

from collections.abc import Mapping

from services.registry.feed.faults import Fault
from services.registry.feed.normalising import normalise_record
from services.registry.feed.rows import RegistryRow
from services.registry.live.wire import Kept
from xianfeng.words import catalogue

__all__ = ["keep", "told"]


def keep(columns: Mapping[str, str]) -> Kept | tuple[str, str]:
    """The kept columns of a record, else the first field that is wrong, and why and what to do."""
    row = normalise_record(columns)
    if isinstance(row, RegistryRow):
        return Kept(row.code, row.columns(), row.digest)
    return told(row[0])


def told(fault: Fault) -> tuple[str, str]:
    """The field of a fault, and why and what to do, in words."""
    return catalogue().get(f"registry.value.{fault.field}", fault.field), f"{fault.message}。{fault.remedy}"
