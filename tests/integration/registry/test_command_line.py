"""The command line against a running registry: an office's day by hand, exit codes, and answers for machines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from services.registry.cli import groups
from tests.integration.registry.codes import next_code
from tests.integration.registry.filling import Directory
from tests.integration.registry.running import JIEFANG, NATION, RunningRegistry
from xianfeng.rpc.caller import Principal
from xianfeng.rpc.tokens import write_local_token
from xianfeng.settings import Settings


@pytest.fixture(scope="module")
def directory(registry: RunningRegistry) -> Iterator[Directory]:
    found = Directory(registry.dsn, registry.clock.today())
    yield found
    found.connection.close()


@pytest.fixture(autouse=True)
def installation(
    registry: RunningRegistry, directory: Directory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A data directory whose registry is the one that runs here."""
    monkeypatch.setenv("XIANFENG_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("XIANFENG_PORT_REGISTRY", str(registry.server.rpc.port))
    Settings.load()
    write_local_token(tmp_path, registry.server.tokens, Principal("system:administrator", "administrator", NATION))


def run(group: str, *arguments: str) -> Result:
    return CliRunner().invoke(getattr(groups, group), list(arguments))


def told(group: str, *arguments: str) -> Any:
    answer = run(group, *arguments, "--json")
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.stdout)


def test_an_enterprise_by_hand(directory: Directory, registry: RunningRegistry) -> None:
    code = next_code()
    receipt = told("enterprise", "register", code, "--name", "解放区安居物业", "--unit", "焦作市解放区")
    told("enterprise", "count-members", code, "--formal", "3", "--effective", "2026-02-01")
    organisation = told("organisation", "open", "安居支部", "--form", "own", "--unit", "410802", "--of", code)[
        "subject"
    ]
    told("organisation", "record-step", organisation, "--step", "approved", "--on", "2026-02-10", "--number", "1号")
    view = told("enterprise", "show", code)
    facts = {fact["slot"]: fact["value"] for fact in view["facts"]}
    assert (view["subject"], view["unit"]["id"], view["version"]) == (receipt["subject"], JIEFANG, 3)
    assert (facts["formal"], facts["own"]) == (3, [organisation, "branch"])
    directory.fill(registry.clock.today())
    assert [row["subject"] for row in told("organisation", "members", organisation)["rows"]] == [receipt["subject"]]
    history = run("enterprise", "history", code)
    assert history.exit_code == 0
    assert "单独组建党组织" in history.output
    assert run("enterprise", "list", "--text", "安居").output.count(code) == 1


def test_repeated_and_unchanged_are_said() -> None:
    code = next_code()
    once = ("enterprise", "register", code, "--name", "某物业", "--unit", "410802", "--command-id", f"once-{code}")
    assert "已记录 1 条" in run(*once).output
    assert "先前已经记录" in run(*once).output
    told("enterprise", "count-members", code, "--formal", "0")
    assert "没有变化" in run("enterprise", "count-members", code, "--formal", "0").output


def test_a_proposal_confirmed_and_a_fact_voided() -> None:
    code = next_code()
    subject = told("enterprise", "register", code, "--name", "某物业", "--unit", "410802")["subject"]
    told("enterprise", "propose-scope", code, "--no-in-scope", "--reason", "not_operating")
    told("enterprise", "confirm-scope", code)
    event = told("enterprise", "history", code)["lines"][-1]["event"]
    told("enterprise", "void-fact", subject, "--event", event, "--reason", "记错企业")
    assert "out_of_scope" not in {fact["slot"] for fact in told("enterprise", "show", code)["facts"]}


def test_accounts_by_hand() -> None:
    added = told("account", "add", "clerk-one", "--role", "sub_district", "--unit", "解放区民生街道")
    assert added["one_time_password"]
    told("account", "change", "clerk-one", "--role", "community")
    assert "clerk-one" in run("account", "list").output
    assert told("account", "close", "clerk-one", "--reason", "离岗")["closed"]


@pytest.mark.parametrize(
    ("arguments", "exit_code", "words"),
    [
        (("enterprise", "show", "91410100MA45QEXW0B"), 1, "91410100MA45QEXW0B"),
        (("enterprise", "register", "91410800MA0000018X", "--name", "错", "--unit", "410802"), 1, "办法："),
        (("enterprise", "register", "91410800MA0000018X", "--name", "错", "--unit", "乌有县"), 1, "乌有县"),
        (("enterprise", "register", "91410800MA0000018X", "--name", "错"), 2, "--unit"),
        (("enterprise", "show", "x", "--day", "昨天"), 1, "昨天"),
    ],
)
def test_refusals_are_told_in_chinese(arguments: tuple[str, ...], exit_code: int, words: str) -> None:
    answer = run(*arguments)
    assert answer.exit_code == exit_code
    assert words in answer.output


def test_nobody_listening_is_not_running(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XIANFENG_PORT_REGISTRY", "1")
    assert run("enterprise", "list").exit_code == 3
