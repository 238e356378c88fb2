"""The file of a backup: whole or not there, private, and never believed without its sums."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import pytest

from xianfeng.backup.faults import on_disk
from xianfeng.backup.manifest import DUMP, FORMAT, MANIFEST, Manifest
from xianfeng.backup.reading import reading
from xianfeng.backup.writing import ArchiveWriter, writing
from xianfeng.failure import StartFailure

CONTENT = bytes(range(256)) * 5_000


def manifest(archive: ArchiveWriter, **other: object) -> Manifest:
    known = {"format": FORMAT, "made": "2026-03-02T01:00:00.000+00:00", "version": "0.1.0", "data_format": 1}
    told = {**known, "postgres": "18", "logs": {}, "rows": {}, "parts": tuple(archive.parts), **other}
    return Manifest.model_validate(told)


def write(path: Path, **other: object) -> Path:
    with writing(path) as archive:
        with archive.part(DUMP) as part:
            for start in range(0, len(CONTENT), 100_000):
                part.write(CONTENT[start : start + 100_000])
        archive.add("mappings/自用.toml", b"[x]\n")
        archive.seal(manifest(archive, **other))
    return path


def verify(path: Path) -> list[float]:
    shares: list[float] = []
    with reading(path) as archive:
        archive.verify(lambda share, step: shares.append(share))
    return shares


def said(path: Path) -> str:
    with pytest.raises(StartFailure) as refused:
        verify(path)
    return refused.value.message


def test_what_was_written_is_read(tmp_path: Path) -> None:
    path = write(tmp_path / "b.xfb")
    assert verify(path)[-1] == 1.0
    with reading(path) as archive:
        assert archive.content(DUMP) == CONTENT
        assert archive.content("mappings/自用.toml") == b"[x]\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["b.xfb"]


def test_a_file_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "b.xfb").write_text("precious")
    with pytest.raises(StartFailure, match="已经存在"):
        write(tmp_path / "b.xfb")
    assert (tmp_path / "b.xfb").read_text() == "precious"


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), "磁盘已满"),
        (OSError(errno.EACCES, os.strerror(errno.EACCES)), "没有权限"),
        (OSError(errno.EROFS, os.strerror(errno.EROFS)), "没有权限"),
        (OSError(errno.EFBIG, os.strerror(errno.EFBIG)), "容不下"),
        (OSError(errno.EIO, os.strerror(errno.EIO)), "无法读写"),
    ],
)
def test_a_disk_that_refuses_leaves_nothing(tmp_path: Path, failure: OSError, words: str) -> None:
    def write_some() -> None:
        with writing(tmp_path / "b.xfb") as archive, archive.part(DUMP) as part:
            part.write(CONTENT)
            raise failure

    with pytest.raises(StartFailure, match=words):
        write_some()
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_said_so(tmp_path: Path) -> None:
    def fill() -> None:
        with on_disk(tmp_path), Path("/dev/full").open("wb", buffering=0) as full:
            archive = ArchiveWriter(full)
            try:
                archive.add(DUMP, CONTENT)
            finally:
                archive.abandon()

    with pytest.raises(StartFailure, match="磁盘已满"):
        fill()


def test_a_place_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(StartFailure, match="找不到"):
        write(tmp_path / "nowhere" / "b.xfb")
    assert "找不到" in said(tmp_path / "b.xfb")


@pytest.mark.parametrize("at", [100, 600_000, 1_200_000])
def test_one_changed_byte_is_found(tmp_path: Path, at: int) -> None:
    path = write(tmp_path / "b.xfb")
    raw = bytearray(path.read_bytes())
    raw[at] ^= 1
    path.write_bytes(raw)
    assert "已损坏" in said(path)


@pytest.mark.parametrize("kept", [0.0, 0.3, 0.999])
def test_a_file_cut_short_is_no_backup(tmp_path: Path, kept: float) -> None:
    path = write(tmp_path / "b.xfb")
    raw = path.read_bytes()
    path.write_bytes(raw[: int(len(raw) * kept)])
    assert "不是本系统的备份" in said(path)


def test_something_else_is_no_backup(tmp_path: Path) -> None:
    path = tmp_path / "b.xfb"
    with ZipFile(path, "w", ZIP_STORED) as archive:
        archive.writestr(MANIFEST, "{}")
    assert "不是本系统的备份" in said(path)
    assert "不是本系统的备份" in said(Path(__file__))
    assert "是一个目录" in said(tmp_path)


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    assert "格式是 2" in said(write(tmp_path / "b.xfb", format=2))


def test_a_part_that_is_not_there_is_named(tmp_path: Path) -> None:
    listed = {"name": "secrets.json", "bytes": 1, "sha256": "0"}
    dump = {"name": DUMP, "bytes": 1, "sha256": "0"}
    assert DUMP in said(write(tmp_path / "a.xfb", parts=[listed]))
    assert DUMP in said(write(tmp_path / "b.xfb", parts=[dump, listed]))
