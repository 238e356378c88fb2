"""The file of a backup while it is written: a ZIP of stored parts, invisible until it is whole."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from xianfeng.backup.faults import on_disk
from xianfeng.backup.manifest import MANIFEST, Manifest, Part
from xianfeng.failure import StartFailure
from xianfeng.words import say

__all__ = ["ArchiveWriter", "writing"]

# Before 1980 there is no time in a ZIP; a part's own time says nothing here.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


class ArchiveWriter:
    """Adds parts one after the other; ``parts`` lists what was added, with its sum."""

    def __init__(self, file: IO[bytes]) -> None:
        self._zip = ZipFile(file, "w", ZIP_STORED)
        self.parts: list[Part] = []

    def add(self, name: str, content: bytes) -> None:
        with self.part(name) as entry:
            entry.write(content)

    @contextmanager
    def part(self, name: str) -> Iterator[PartWriter]:
        """Write a part of a size that is not known before."""
        with self._zip.open(_info(name), "w", force_zip64=True) as entry:
            part = PartWriter(entry)
            yield part
        self.parts.append(Part(name=name, bytes=part.written, sha256=part.sum.hexdigest()))

    def seal(self, manifest: Manifest) -> None:
        """Add what the backup says of itself; it comes last and lists every part."""
        self._zip.writestr(_info(MANIFEST), manifest.model_dump_json(indent=1))
        self._zip.close()

    def abandon(self) -> None:
        """End what was not sealed; the file below is thrown away, so what it refuses now says nothing new."""
        with suppress(OSError, ValueError):
            self._zip.close()


class PartWriter:
    """Counts and sums what passes."""

    def __init__(self, entry: IO[bytes]) -> None:
        self._entry = entry
        self.written = 0
        self.sum = hashlib.sha256()

    def write(self, content: bytes) -> None:
        self._entry.write(content)
        self.sum.update(content)
        self.written += len(content)


@contextmanager
def writing(target: Path) -> Iterator[ArchiveWriter]:
    """Give the writer of a new file, readable by its owner alone; it appears under its name when the block ends well.

    Raises StartFailure when the file is there already or cannot be written; then nothing is left behind.
    """
    if os.path.lexists(target):
        raise StartFailure(say("backup.exists", path=target))
    with on_disk(target):
        descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".partial", dir=target.parent)
        fresh = Path(name)
        try:
            with os.fdopen(descriptor, "w+b") as file:
                writer = ArchiveWriter(file)
                try:
                    yield writer
                finally:
                    writer.abandon()
                file.flush()
                os.fsync(descriptor)
            fresh.rename(target)
            _settle(target.parent)
        finally:
            fresh.unlink(missing_ok=True)


def _settle(directory: Path) -> None:
    """Let the new name survive a power loss."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _info(name: str) -> ZipInfo:
    info = ZipInfo(name, _NO_TIME)
    info.external_attr = 0o600 << 16
    return info
