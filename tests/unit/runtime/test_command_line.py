"""The command line speaks Chinese, loads only what is asked for, and shows why a group cannot be loaded."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from xianfeng.cli import app

PROJECT = Path(__file__).parents[3]


def run(base: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "XIANFENG_DATA_DIR": str(base / "data"), "PYTHONPATH": str(PROJECT)}
    argv = [sys.executable, "-m", "xianfeng.cli.app", *arguments]
    return subprocess.run(argv, cwd=base, env=environ, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("arguments", [("--help",), ("up", "--help"), ("dead-letters", "--help")])
def test_help_is_chinese(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    shown = run(tmp_path, *arguments).stdout
    assert "用法:" in shown
    assert "显示帮助并退出" in shown
    for english in ("Show this message", "OPTIONS", "COMMAND", "<bool>"):
        assert english not in shown


def test_an_unknown_command_is_refused_in_chinese(tmp_path: Path) -> None:
    done = run(tmp_path, "stats")
    assert done.returncode == 2
    assert "没有命令 stats" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("enterprise", "register", "A"), "缺少选项 --name。"),
        (("enterprise", "register"), "缺少参数 CODE。"),
        (("enterprise", "regster"), "没有命令 regster，是否想用 'register'？"),
        (("coverage", "list", "A", "--limit", "x"), "--limit 的值无效：请填写整数。"),
        (("up", "--detac"), "没有选项 --detac，是否想用 --demo, --detach？"),
        (("up", "more"), "多余的参数：more"),
    ],
)
def test_what_the_library_says_of_itself_is_chinese(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    done = run(tmp_path, *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert "[选项]" in done.stderr


def test_no_help_is_cut() -> None:
    """Chinese has no blanks, and the library cuts what it cannot break: each screen of 80 columns is read."""
    script = """
import sys
from xianfeng.cli import app
import typer

def walk(command, path, parent):
    context = typer.Context(command, info_name=path[-1], parent=parent)
    print("#", *path)
    command.get_help(context)
    for name, child in getattr(command, "commands", {}).items():
        walk(child, (*path, name), context)

root = typer.main.get_command(app.build([]))
app.translate_tree(root)
walk(root, ("xianfeng",), None)
"""
    environ = {**os.environ, "COLUMNS": "80"}
    argv = [sys.executable, "-c", script]
    done = subprocess.run(argv, cwd=PROJECT, env=environ, capture_output=True, text=True, check=True)
    screens = done.stdout.split("# xianfeng")
    assert len(screens) > 100
    assert [screen for screen in screens if "…" in screen] == []


def test_what_does_not_run_is_said_with_its_own_code(tmp_path: Path) -> None:
    assert run(tmp_path, "status").returncode == 3
    assert run(tmp_path, "down").returncode == 0
    assert not (tmp_path / "data").exists()


def test_status_loads_no_service() -> None:
    assert app.build(["status"]).registered_groups == []
    assert [group.name for group in app.build(["coverage", "show"]).registered_groups] == ["coverage"]
    assert {group.name for group in app.build(["--help"]).registered_groups} == set(app.PLUGINS)


def test_a_group_that_cannot_be_loaded_shows_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.PLUGINS, "broken", "services.nowhere.cli:app")
    with pytest.raises(ModuleNotFoundError, match=r"services\.nowhere"):
        app.build(["broken"])
