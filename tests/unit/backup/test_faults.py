"""A failed program is told by what it said itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from xianfeng.backup.faults import said_by

PLACE = Path("/backups/b.xfb")


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["pg_dump: reading tables", "pg_dump: error: query failed: gone."], "pg_dump 没有完成：query failed: gone。"),
        (["pg_dump: error: first", "pg_dump: detail: then"], "first。"),
        (["psql: FATAL:  the database system is shutting down"], "FATAL:  the database system is shutting down。"),
        (["something without a mark"], "something without a mark。"),
        ([], "没有说明原因"),
        (["ERROR:  could not extend file: No space left on device"], "磁盘已满，无法写入 /backups/b.xfb"),
    ],
)
def test_the_reason_is_named(lines: list[str], words: str) -> None:
    assert words in said_by("pg_dump", lines, PLACE).message
