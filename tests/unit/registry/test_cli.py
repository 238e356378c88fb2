"""The command line that is derived from the commands: every field is reachable, and exit codes mean what they say."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from typer.main import get_command
from typer.testing import CliRunner

from services.registry.cli import groups
from services.registry.cli.deriving import command_name, group_commands
from services.registry.commands import COMMANDS
from services.registry.commands.model import Command

GROUPS = ("enterprise", "organisation", "committee", "project", "adviser", "unit")
DERIVED = [(group, name, model) for group in GROUPS for name, model in group_commands(group)]


def command_of(group: str, name: str) -> click.Command:
    found = get_command(getattr(groups, group))
    return found.commands[command_name(name, group)]  # type: ignore[attr-defined, no-any-return]


def test_every_command_is_in_a_group() -> None:
    assert {name for _, name, _ in DERIVED} == set(COMMANDS)


@pytest.mark.parametrize(("group", "name", "model"), DERIVED, ids=lambda part: getattr(part, "__name__", part))
def test_every_field_is_an_option_or_the_argument(group: str, name: str, model: type[Command]) -> None:
    parameters = {parameter.name: parameter for parameter in command_of(group, name).params}
    fields = {field for field in model.model_fields if field != "meta"}
    assert fields <= parameters.keys()
    assert all(parameters[field].required == model.model_fields[field].is_required() for field in fields)
    assert {"meta_command_id", "meta_effective", "meta_expected_version", "as_json"} <= parameters.keys()


@pytest.mark.parametrize("group", [*GROUPS, "account"])
def test_no_two_commands_of_a_group_share_a_name(group: str) -> None:
    app = getattr(groups, group)
    names = [command.name or command.callback.__name__ for command in app.registered_commands]
    assert len(names) == len(set(names))
    assert CliRunner().invoke(app, ["--help"]).exit_code == 0


def test_a_missing_argument_is_a_wrong_usage() -> None:
    assert CliRunner().invoke(groups.enterprise, ["register"]).exit_code == 2


def test_without_an_installation_it_is_not_running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XIANFENG_DATA_DIR", str(tmp_path / "nothing"))
    answer = CliRunner().invoke(groups.enterprise, ["list", "--json"])
    assert answer.exit_code == 3
    assert str(tmp_path / "nothing") in answer.output
