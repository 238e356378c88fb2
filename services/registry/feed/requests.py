"""Reading what arrives at service `Imports`: nothing is believed because a command line of ours would have sent it."""

from __future__ import annotations

import re
from collections.abc import Iterator
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


def read_rows(rows: Any) -> Iterator[RegistryRow]:
    """Rows as they were sent. Raises Refused for one that was not normalised."""
    for sent in rows:
        row = RegistryRow(
            sent.number, sent.code, sent.name, sent.status, sent.word, sent.kind, sent.parent_code, sent.founded,
            sent.authority, sent.address, sent.industry_code, sent.province, sent.area,
        )  # fmt: skip
        wrong = _wrong(row)
        if wrong:
            raise refuse("import-row", field=f"rows.{wrong}", kind="invalid", number=row.number, column=wrong)
        yield row


def _wrong(row: RegistryRow) -> str:
    """The first column that is not as it must be; empty when all are."""
    right = {
        "number": row.number > 0,
        "code": is_right(row.code),
        "status": row.status in STATUSES and (not row.word or row.status == "unknown"),
        "kind": row.kind in _KINDS,
        "parent_code": not row.parent_code or is_right(row.parent_code),
        "founded": not row.founded or _day(row.founded) is not None,
        "name": bool(row.name) and max(map(len, row[2:])) <= _LONGEST and "\0" not in "".join(row[1:]),
    }
    return next((column for column, fits in right.items() if not fits), "")


@lru_cache(maxsize=20_000)
def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None
