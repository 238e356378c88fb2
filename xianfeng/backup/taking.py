"""Taking a backup of a running installation: one snapshot of the database, and the files beside it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC
from pathlib import Path

import psycopg

from xianfeng.backup.faults import said_by
from xianfeng.backup.manifest import DUMP, FILES, FORMAT, Manifest
from xianfeng.backup.programs import child, session_of
from xianfeng.backup.reading import Progress
from xianfeng.backup.snapshot import Snapshot, snapshot
from xianfeng.backup.writing import ArchiveWriter, writing
from xianfeng.failure import StartFailure
from xianfeng.rpc.runner import own_version
from xianfeng.runtime.installation import FORMAT as DATA_FORMAT
from xianfeng.runtime.installation import ROLES
from xianfeng.runtime.postgres import MAJOR
from xianfeng.settings import Settings
from xianfeng.words import say

__all__ = ["take"]

_TABLE = re.compile(r'dumping contents of table "(.+)"')


def take(settings: Settings, target: Path, progress: Progress) -> Manifest:
    """Write a backup of the installation that runs to ``target``, a new file outside its data directory.

    Raises StartFailure with a sentence; then there is no file.
    """
    if settings.database_url is not None:
        raise StartFailure(say("backup.foreign-database", data_dir=settings.data_dir))
    if target.resolve().is_relative_to(settings.data_dir.resolve()):
        raise StartFailure(say("backup.inside", path=target, data_dir=settings.data_dir))
    dsn = settings.dsn("postgres")
    try:
        with writing(target) as archive, snapshot(dsn) as moment:
            progress(0.0, "backup.step-dumping")
            _dump(dsn, moment, archive, target, progress)
            for path in _files(settings.data_dir):
                archive.add(path.relative_to(settings.data_dir).as_posix(), path.read_bytes())
            manifest = _manifest(moment, archive)
            archive.seal(manifest)
    except psycopg.Error as refused:
        raise StartFailure(say("backup.database", reason=str(refused).strip().replace("\n", " "))) from refused
    progress(1.0, "backup.step-dumping")
    return manifest


def _dump(dsn: str, moment: Snapshot, archive: ArchiveWriter, target: Path, progress: Progress) -> None:
    options = ["--format=custom", "--compress=gzip:2", "--verbose", "--no-password", f"--snapshot={moment.id}"]
    options += [f"--schema={role}" for role in ROLES]
    with child("pg_dump", options, session_of(dsn), _following(moment, progress)) as program:
        with archive.part(DUMP) as part:
            for chunk in program.read():
                part.write(chunk)
        if not program.ended_well():
            raise said_by("pg_dump", program.lines, target)


def _following(moment: Snapshot, progress: Progress) -> Callable[[str], None]:
    """The tables are dumped one after the other: those before the one that is told of are done."""
    total = sum(moment.sizes.values()) or 1
    done = [0, 0]

    def heard(line: str) -> None:
        if found := _TABLE.search(line):
            done[:] = done[0] + done[1], moment.sizes.get(found[1], 0)
            progress(min(done[0] / total, 1.0), "backup.step-dumping")

    return heard


def _files(data_dir: Path) -> Iterator[Path]:
    for name in FILES:
        path = data_dir / name
        yield from sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path] * path.exists()


def _manifest(moment: Snapshot, archive: ArchiveWriter) -> Manifest:
    return Manifest(
        format=FORMAT,
        made=moment.taken.astimezone(UTC).isoformat(timespec="milliseconds"),
        version=own_version(),
        data_format=DATA_FORMAT,
        postgres=MAJOR,
        logs=moment.logs,
        rows=moment.rows,
        parts=tuple(archive.parts),
    )
