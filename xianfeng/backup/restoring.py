"""An installation made from a backup, in an empty data directory; it is there whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

import psycopg

from xianfeng.backup.faults import on_disk
from xianfeng.backup.loading import load
from xianfeng.backup.manifest import DUMP, FILES, Manifest
from xianfeng.backup.reading import Archive, Progress, reading
from xianfeng.failure import StartFailure
from xianfeng.rpc.runner import own_version
from xianfeng.runtime.installation import FORMAT as DATA_FORMAT
from xianfeng.runtime.installation import keep_free_ports, write_private
from xianfeng.runtime.postgres import MAJOR
from xianfeng.runtime.report import supervising
from xianfeng.settings import Settings
from xianfeng.words import say

__all__ = ["restore"]

# Everything is made in here and moved up at the end; while it is there, the rest is not an installation yet.
_WORKSHOP = "restoring"
_LAST = "installation.json"
_NOTHING = {_WORKSHOP, "supervisor.lock", "lost+found"}


def restore(file: Path, data_dir: Path, environ: Mapping[str, str], progress: Progress) -> Manifest:
    """Make the data directory from the backup; Kafka is filled again at the next start.

    Raises StartFailure with a sentence; then the directory is as empty as before.
    """
    if environ.get("XIANFENG_DATABASE_URL"):
        raise StartFailure(say("backup.foreign-database-restore", file=file))
    with reading(file) as archive, on_disk(data_dir):
        _refuse_other_program(file, archive.manifest)
        archive.verify(progress)
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        with supervising(data_dir) as mine:
            if not mine or not _is_empty(data_dir):
                raise StartFailure(say("backup.not-empty", data_dir=data_dir))
            with _workshop(data_dir) as workshop:
                _make(workshop, archive, environ, progress)
                _move(workshop, data_dir)
        return archive.manifest


def _refuse_other_program(file: Path, manifest: Manifest) -> None:
    newer = _numbers(manifest.version) > _numbers(own_version()) or int(manifest.postgres) > int(MAJOR)
    if newer or manifest.data_format != DATA_FORMAT:
        raise StartFailure(say("backup.other-version", path=file, found=manifest.version, own=own_version()))


def _numbers(version: str) -> list[int]:
    return [int(number) for number in version.split(".") if number.isdecimal()]


def _is_empty(data_dir: Path) -> bool:
    """Whether nothing but the remains of a restore that was killed lies there."""
    found = {path.name for path in data_dir.iterdir()}
    if _WORKSHOP in found and _LAST not in found:
        found -= {"postgres", *FILES}
    return not found - _NOTHING


@contextmanager
def _workshop(data_dir: Path) -> Iterator[Path]:
    workshop = data_dir / _WORKSHOP
    for name in (*FILES, "postgres", _WORKSHOP):
        _remove(data_dir / name)
    workshop.mkdir(mode=0o700)
    try:
        yield workshop
    finally:
        shutil.rmtree(workshop, ignore_errors=True)


def _make(workshop: Path, archive: Archive, environ: Mapping[str, str], progress: Progress) -> None:
    for part in archive.manifest.parts:
        if PurePosixPath(part.name).parts[0] in FILES and ".." not in PurePosixPath(part.name).parts:
            path = workshop / part.name
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_private(path, archive.content(part.name).decode())
    keep_free_ports(workshop)
    settings = Settings.load({**environ, "XIANFENG_DATA_DIR": str(workshop)}, create=False)
    size = next(part.bytes for part in archive.manifest.parts if part.name == DUMP)
    with archive.open(DUMP) as dump:
        try:
            load(settings, dump, size, archive.manifest.rows, progress)
        except psycopg.Error as refused:
            reason = str(refused).strip().replace("\n", " ")
            raise StartFailure(say("backup.database", reason=reason)) from refused


def _move(workshop: Path, data_dir: Path) -> None:
    """Move what was made to its place; from the moment the last file is there, it is an installation."""
    for name in ("postgres", *(name for name in FILES if name != _LAST), _LAST):
        if (workshop / name).exists():
            (workshop / name).rename(data_dir / name)
    descriptor = os.open(data_dir, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
