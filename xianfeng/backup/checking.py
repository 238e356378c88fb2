"""Whether a backup is whole and can be read by the program that is here."""

from __future__ import annotations

from pathlib import Path

from xianfeng.backup.faults import said_by
from xianfeng.backup.manifest import DUMP, Manifest
from xianfeng.backup.programs import child
from xianfeng.backup.reading import Archive, Progress, reading

__all__ = ["check"]


def check(file: Path, progress: Progress) -> Manifest:
    """Compare every part with its sum and let PostgreSQL's own program read the whole dump.

    Raises StartFailure that says what is wrong.
    """
    with reading(file) as archive:
        archive.verify(progress)
        _read_dump(archive, file)
        return archive.manifest


def _read_dump(archive: Archive, file: Path) -> None:
    with archive.open(DUMP) as dump, child("pg_restore", ["--file=/dev/null"], {"LC_ALL": "C"}) as program:
        program.feed(dump, lambda done: None)
        if not program.ended_well():
            raise said_by("pg_restore", program.lines, file)
