"""Whether a start fills an empty store: asked for, remembered, set, or by default."""

from __future__ import annotations

from pathlib import Path

import pytest

from xianfeng.cli.demonstration import Demonstration
from xianfeng.settings import Settings


def wanted(base: Path, asked: bool | None) -> bool:
    return Demonstration(Settings.load({"XIANFENG_DATA_DIR": str(base / "data")}), asked).wanted


def test_a_first_start_fills(tmp_path: Path) -> None:
    assert wanted(tmp_path, None)


def test_the_setting_is_the_choice_where_nothing_was_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XIANFENG_DEMO", "off")
    assert not wanted(tmp_path, None)
    assert wanted(tmp_path, True)


def test_what_was_asked_for_is_remembered(tmp_path: Path) -> None:
    assert not wanted(tmp_path, False)
    assert not wanted(tmp_path, None)
    assert wanted(tmp_path, True)
    assert wanted(tmp_path, None)


def test_what_is_done_is_not_begun_again(tmp_path: Path) -> None:
    assert wanted(tmp_path, True)
    (tmp_path / "data" / "demonstration").write_text("done")
    assert not wanted(tmp_path, None)
    assert not wanted(tmp_path, True)
