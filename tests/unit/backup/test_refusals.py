"""What backup and restore refuse before they touch anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.backup.test_archive import write
from xianfeng.backup.restoring import restore
from xianfeng.backup.taking import take
from xianfeng.failure import StartFailure
from xianfeng.runtime.report import supervising
from xianfeng.settings import Settings


def refused(file: Path, data_dir: Path, **environ: str) -> str:
    with pytest.raises(StartFailure) as failure:
        restore(file, data_dir, environ, lambda share, step: None)
    return failure.value.message


def test_only_an_empty_directory_is_filled(tmp_path: Path) -> None:
    file, data_dir = write(tmp_path / "b.xfb"), tmp_path / "data"
    Settings.load({"XIANFENG_DATA_DIR": str(data_dir)})
    before = {path: path.read_bytes() for path in data_dir.iterdir()}
    assert "不是空的" in refused(file, data_dir)
    assert {path: path.read_bytes() for path in before} == before


def test_an_installation_is_never_taken_for_the_remains_of_a_restore(tmp_path: Path) -> None:
    file, data_dir = write(tmp_path / "b.xfb"), tmp_path / "data"
    Settings.load({"XIANFENG_DATA_DIR": str(data_dir)})
    (data_dir / "restoring").mkdir()
    assert "不是空的" in refused(file, data_dir)
    assert (data_dir / "secrets.json").exists()


def test_a_directory_in_use_is_not_filled(tmp_path: Path) -> None:
    file = write(tmp_path / "b.xfb")
    (tmp_path / "data").mkdir()
    with supervising(tmp_path / "data"):
        assert "不是空的" in refused(file, tmp_path / "data")


@pytest.mark.parametrize("other", [{"version": "9.0.0"}, {"postgres": "99"}, {"data_format": 99}])
def test_a_newer_programs_backup_is_not_guessed_at(tmp_path: Path, other: dict[str, object]) -> None:
    assert "请使用该版本" in refused(write(tmp_path / "b.xfb", **other), tmp_path / "data")
    assert not (tmp_path / "data").exists()


def test_a_foreign_database_has_tools_of_its_own(tmp_path: Path) -> None:
    url = {"XIANFENG_DATABASE_URL": "postgresql://elsewhere/xianfeng"}
    assert "pg_restore" in refused(tmp_path / "b.xfb", tmp_path / "data", **url)
    settings = Settings.load({**url, "XIANFENG_DATA_DIR": str(tmp_path / "data")})
    with pytest.raises(StartFailure, match="pg_dump"):
        take(settings, tmp_path / "b.xfb", lambda share, step: None)


def test_a_backup_does_not_lie_in_what_it_saves(tmp_path: Path) -> None:
    settings = Settings.load({"XIANFENG_DATA_DIR": str(tmp_path / "data")})
    with pytest.raises(StartFailure, match="请放到别处"):
        take(settings, tmp_path / "data" / "b.xfb", lambda share, step: None)


def test_a_database_that_is_away_is_said_so(tmp_path: Path) -> None:
    settings = Settings.load({"XIANFENG_DATA_DIR": str(tmp_path / "data")})
    with pytest.raises(StartFailure, match="数据库没有完成操作"):
        take(settings, tmp_path / "b.xfb", lambda share, step: None)
    assert [path.name for path in tmp_path.iterdir()] == ["data"]
