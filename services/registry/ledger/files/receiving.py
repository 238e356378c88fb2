"""A file on its way in: its bytes to a temporary place, read there under closer limits than a terminal's."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import IO
from zipfile import BadZipFile, ZipFile

from proto.xianfeng.registry.v1 import ledger_pb2 as pb
from services.registry.ledger.file import LedgerFile, read_ledger
from services.registry.ledger.mapping import Mapping
from services.registry.ledger.plan import fault
from xianfeng.refusal import Refused
from xianfeng.tabular import Unreadable

__all__ = ["LARGEST_FILE", "MOST_ROWS", "read_file", "receive", "suffix_of"]

LARGEST_FILE = 20 << 20
"""Bytes of a file that a browser hands in: a province's 10,000 rows are three million."""
LARGEST_INFLATED = 200 << 20
"""Bytes of a workbook's parts added up."""
MOST_ROWS = 20_000
_ENDINGS = re.compile(r"\.(xlsx|xls|csv|txt)$", re.IGNORECASE)


async def receive(parts: AsyncIterator[pb.LedgerUpload], into: IO[bytes]) -> None:
    """Write the bytes. Raises Refused once there are too many, or none at all."""
    size = 0
    async for part in parts:
        size += len(part.bytes)
        if size > LARGEST_FILE:
            raise fault("file-large", field="bytes", most=LARGEST_FILE >> 20)
        into.write(part.bytes)
    if not size:
        raise fault("file-empty", field="bytes")
    into.flush()


def suffix_of(name: str) -> str:
    """The ending by which a file says what it is; a workbook's where it has none."""
    found = _ENDINGS.search(name)
    return found[0].lower() if found else ".xlsx"


def read_file(path: Path, mapping: Mapping | None, sheet: str) -> LedgerFile:
    """Read the ledger. Raises Refused, in words, for whatever is wrong with the file as a whole."""
    _require_small(path)
    try:
        found = read_ledger(path, mapping, sheet or None)
    except Unreadable as wrong:
        raise Refused(wrong.message, kind="invalid", reason=wrong.reason, field="file") from None
    if len(found.statements) > MOST_ROWS:
        raise fault("file-rows", field="file", count=len(found.statements), most=MOST_ROWS)
    if not found.statements:
        raise fault("file-without-rows", field="file")
    return found


def _require_small(path: Path) -> None:
    """A workbook is a packed file: what it says of its size unpacked is asked before it is unpacked."""
    with suppress(BadZipFile), ZipFile(path) as packed:
        if sum(part.file_size for part in packed.infolist()) > LARGEST_INFLATED:
            raise fault("file-inflated", field="file", most=LARGEST_INFLATED >> 20)
