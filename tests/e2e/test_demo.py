"""The demonstration on a running installation: killed and completed, shown as what it is, and gone on from."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from services.registry.first_fill import fill_units
from services.registry.server import prepare_schema
from tests.e2e.office import Office
from tests.e2e.page import Page
from tests.fixtures.installation import PROJECT, Installation
from tests.fixtures.servers import wait_until
from tests.fixtures.told import ACCOUNTS, apart, told
from xianfeng import bus
from xianfeng.clock import SystemClock
from xianfeng.runtime.postgres import provision
from xianfeng.settings import Settings

SMALL = ("--enterprises", "250", "--projects", "500", "--until", "2024-06-30")
PARTS = "select subject from claim where kind = 'demonstration' and key = 'parts'"
MARK = "演示数据"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with Installation(tmp_path_factory.mktemp("demonstration")) as installation:
        yield installation


@pytest.fixture(scope="module")
def office(filled: Installation) -> Iterator[Office]:
    found = Office(filled.settings)
    yield found
    found.close()


def demo(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "xianfeng.cli.app", "demo", *arguments]


def begin(installation: Installation, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(demo(*arguments), cwd=PROJECT, env=installation.environ, text=True, stdout=subprocess.PIPE)


def parts(installation: Installation) -> int:
    with psycopg.connect(installation.settings.dsn("registry")) as connection:
        row = connection.execute(PARTS).fetchone()
    return int(row[0]) if row else 0


def test_an_empty_store_is_no_demonstration(filled: Installation) -> None:
    assert json.loads(filled.cli("coverage", "show", "--json").stdout)["demonstration"] is False


def test_killed_and_run_again_it_is_whole(filled: Installation, office: Office) -> None:
    first = begin(filled, *SMALL)
    wait_until(lambda: parts(filled) >= 2 or first.poll() is not None, "the first parts", seconds=60)
    first.kill()
    first.wait()
    assert "演示数据已生成" in filled.cli("demo", *SMALL).stdout
    assert "没有新增记录" in filled.cli("demo", *SMALL).stdout
    office.settle()


def test_another_process_tells_the_same_in_another_store(filled: Installation) -> None:
    server = filled.settings.dsn("postgres")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("create database again")
    store = {"XIANFENG_DATABASE_URL": make_conninfo(server, dbname="again"), "PYTHONHASHSEED": "7"}
    again = Settings.load({**filled.environ, **store})
    provision(again)
    prepare_schema(again.dsn("registry"), bus.MIGRATIONS)
    with psycopg.connect(again.dsn("registry"), autocommit=True) as other:
        fill_units(other, SystemClock())
        subprocess.run(demo(*SMALL), cwd=PROJECT, env={**filled.environ, **store}, check=True, capture_output=True)
        with psycopg.connect(filled.settings.dsn("registry"), autocommit=True) as one:
            assert next(apart(told(one, ACCOUNTS), told(other, ACCOUNTS)), None) is None


def test_every_answer_says_what_it_is(filled: Installation) -> None:
    shown = json.loads(filled.cli("coverage", "show", "410000", "--json").stdout)
    assert shown["demonstration"] is True
    assert shown["registered"] > 240
    assert MARK in filled.cli("coverage", "show").stdout
    assert MARK in filled.cli("coverage", "list", "410000").stdout
    assert MARK in filled.cli("enterprise", "list", "--unit", "410000").stdout
    row = json.loads(filled.cli("enterprise", "list", "--unit", "410000", "--size", "1", "--json").stdout)["rows"][0]
    for question in (("enterprise", "show"), ("enterprise", "history"), ("coverage", "explain")):
        assert MARK in filled.cli(*question, row["code"]).stdout


def test_pages_say_what_they_show(filled: Installation, office: Office) -> None:
    page = Page(filled.settings)
    row = office.ask("List", unit="410000", page_size=1)["rows"][0]
    for path in ("/units/410000", "/units/410000/enterprises", f"/enterprises/{row['code']}", "/find?q=410000"):
        assert 'id="demonstration"' in page.get(path)
    page.close()


def test_no_record_is_kept_aside(filled: Installation) -> None:
    assert filled.status()["dead_letters"] == 0


def test_it_goes_on_by_commands(filled: Installation) -> None:
    process = begin(filled, "--live", "20")
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(3)]
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 0
    assert "已提交" in lines[-1]
    assert "拒绝 0 条" in lines[-1]
