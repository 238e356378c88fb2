"""A backup that is read: every part is compared with its sum before anything of it is used."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from zipfile import BadZipFile, ZipFile

from pydantic import ValidationError

from xianfeng.backup.faults import on_disk
from xianfeng.backup.manifest import DUMP, FORMAT, MANIFEST, Manifest, Part
from xianfeng.backup.programs import CHUNK
from xianfeng.failure import StartFailure
from xianfeng.words import say

__all__ = ["Archive", "Progress", "reading"]

Progress = Callable[[float, str], None]
"""How much is done (0 to 1), and the catalogue's key of the step."""


class Archive:
    """A backup whose manifest was understood."""

    def __init__(self, path: Path, archive: ZipFile, manifest: Manifest) -> None:
        self._path, self._zip, self.manifest = path, archive, manifest

    def verify(self, progress: Progress) -> None:
        """Read everything. Raises StartFailure that names the part that is missing or changed."""
        total, done = sum(part.bytes for part in self.manifest.parts) or 1, 0
        for part in self.manifest.parts:
            for length in self._summed(part):
                done += length
                progress(min(done / total, 1.0), "backup.step-checking")

    def content(self, name: str) -> bytes:
        return self._zip.read(name)

    def open(self, name: str) -> IO[bytes]:
        return self._zip.open(name)

    def _summed(self, part: Part) -> Iterator[int]:
        found = hashlib.sha256()
        try:
            with self._zip.open(part.name) as entry:
                while chunk := entry.read(CHUNK):
                    found.update(chunk)
                    yield len(chunk)
        except (KeyError, BadZipFile, EOFError, NotImplementedError, RuntimeError) as damaged:
            raise StartFailure(say("backup.damaged", path=self._path, part=part.name)) from damaged
        if found.hexdigest() != part.sha256:
            raise StartFailure(say("backup.damaged", path=self._path, part=part.name))


@contextmanager
def reading(path: Path) -> Iterator[Archive]:
    """Open a backup. Raises StartFailure when it is none, is damaged, or is of a format that is not known here."""
    with on_disk(path), path.open("rb") as file:
        try:
            archive = ZipFile(file)
            manifest = Manifest.model_validate_json(archive.read(MANIFEST))
        except (BadZipFile, KeyError, ValidationError, EOFError, NotImplementedError, RuntimeError) as unknown:
            raise StartFailure(say("backup.not-a-backup", path=path)) from unknown
        if manifest.format != FORMAT:
            raise StartFailure(say("backup.other-format", path=path, found=manifest.format, expected=FORMAT))
        if DUMP not in {part.name for part in manifest.parts}:
            raise StartFailure(say("backup.damaged", path=path, part=DUMP))
        yield Archive(path, archive, manifest)
