"""What is kept of a source's record: the feed's own normalising, as the adapter needs it."""

from __future__ import annotations

from collections.abc import Mapping

from services.registry.feed.normalising import normalise_record
from services.registry.feed.rows import RegistryRow
from services.registry.live.wire import Kept

__all__ = ["keep"]


def keep(columns: Mapping[str, str]) -> Kept | tuple[str, str]:
    """The kept columns of a record, else the first field that is wrong, and why and what to do."""
    row = normalise_record(columns)
    if isinstance(row, RegistryRow):
        return Kept(row.code, row.columns(), row.digest)
    fault = row[0]
    return fault.field, f"{fault.message}{fault.remedy}"
