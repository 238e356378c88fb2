"""Reading what arrives at service `Imports`: nothing is believed because a command line of ours would have sent it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any, get_args

from proto.xianfeng.registry.v1 import imports_pb2 as pb
from services.registry.codes import is_right
from services.registry.domain.days import EARLIEST
from services.registry.domain.words import refuse
from services.registry.events.enterprise import EntityKind, RegistryStatus
from services.registry.feed.rows import RegistryRow
from services.registry.feed.staging import Staged
from xianfeng.clock import Clock
from xianfeng.event import new_id
from xianfeng.rpc.caller import Principal

__all__ = ["STATUSES", "read_begin", "read_rows"]

STATUSES = frozenset(get_args(RegistryStatus))
_KINDS = frozenset({"", *get_args(EntityKind)})
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_LONGEST = 200


def read_begin(begin: pb.ImportBegin, caller: Principal, root: str, clock: Clock) -> Staged:
    """The import that is asked for. Raises Refused."""
    today = clock.today()
    day = _day(begin.as_of)
    if day is None or not EARLIEST <= day <= today:
        raise refuse("import-day", field="begin.as_of", kind="invalid", value=begin.as_of[:20], today=today)
    source = begin.source
    if not 1 <= len(source) <= 40 or not source.isprintable() or " " in source:
        raise refuse("import-source", field="begin.source", kind="invalid", value=source[:40])
    if not begin.file.isprintable() or not re.fullmatch(r"[0-9a-f]{64}", begin.hash):
        raise refuse("import-order", field="begin.hash", kind="invalid", value="hash")
    return Staged(
        new_id(clock), source, day, begin.hash, begin.file[:_LONGEST], caller.account, caller.unit or root, "staging",
        begin.dry_run, clock.now(), 0, {}, [],
    )  # fmt: skip


def read_rows(sent: pb.ImportRows) -> list[RegistryRow]:
    """Rows as they were sent. Raises Refused for one that was not normalised."""
    columns = [list(getattr(sent, column)) for column in RegistryRow._fields]
    if len(set(map(len, columns))) > 1:
        raise refuse("import-order", kind="invalid", value="rows")
    rows = list(map(RegistryRow._make, zip(*columns, strict=True)))
    if rows and _wrong(columns):
        row, wrong = next((row, wrong) for row in rows if (wrong := _wrong([[value] for value in row])))
        raise refuse("import-row", field=f"rows.{wrong}", kind="invalid", number=row.number, column=wrong)
    return rows


def _wrong(columns: Sequence[Sequence[Any]]) -> str:
    """The first column of which a value is not as it must be; empty when all are."""
    number, code, name, status, word, kind, parent, founded, *_ = columns
    texts = columns[1:]
    right = {
        "number": min(number) > 0,
        "code": all(map(is_right, code)),
        "status": STATUSES.issuperset(status) and {s for s, w in zip(status, word, strict=True) if w} <= {"unknown"},
        "kind": _KINDS.issuperset(kind),
        "parent_code": all(map(is_right, filter(None, parent))),
        "founded": all(map(_day, filter(None, founded))),
        "name": all(name)
        and max(max(map(len, column)) for column in texts) <= _LONGEST
        and not any("\0" in "".join(column) for column in texts),
    }
    return next((column for column, fits in right.items() if not fits), "")


@lru_cache(maxsize=20_000)
def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None
