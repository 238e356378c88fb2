"""Exports of registries as they are, through the command line of a whole installation."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
import xlsxwriter
from msoffcrypto.format.ooxml import OOXMLFile

from services.registry.cli.calling import Exit
from tests.bench.imports import HEADER, write_export
from tests.e2e.office import MovedClock, Office, codes
from tests.fixtures.installation import PROJECT, Installation
from tests.fixtures.servers import wait_until
from xianfeng.event import decode_head
from xianfeng.tabular import Column, Sheet, open_table, write_workbook

_CODES = codes(909)
COLUMNS = ("统一社会信用代码", "企业名称", "注册日期", "登记状态", "法定代表人", "注册地址", "所在省份")
PERSON = "王小二丁"


def line(code: str = "", **more: str) -> list[str]:
    texts = {
        "统一社会信用代码": code or next(_CODES),
        "企业名称": "某某物业服务有限公司",
        "注册日期": "2003-07-03",
        "登记状态": "存续",
    }
    texts |= {"法定代表人": PERSON, "注册地址": "焦作市解放区民主路1号", "所在省份": "河南", **more}
    return [texts[column] for column in COLUMNS]


def write(path: Path, rows: Sequence[Sequence[str]], encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([COLUMNS, *rows])
    return path


def run(installation: Installation, file: Path, *options: str, expect: int) -> dict[str, Any]:
    rejects = ("--rejects", str(file.with_name(f"{file.name}-未导入.xlsx")))
    done = installation.cli("registry", "import", str(file), "--json", *rejects, *options, expect=expect)
    return dict(json.loads(done.stdout))


def reasons(told: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """行号 → 字段 and 错误原因 of the rejects workbook."""
    with open_table(Path(told["rejects"])) as table:
        rows = list(table.rows())
    at = {name: rows[0].cells.index(name) for name in ("行号", "字段", "错误原因", "处理办法")}
    assert "法定代表人" not in rows[0].cells
    assert all(row.cell(at["处理办法"]) for row in rows[1:])
    return {row.cell(at["行号"]): (row.cell(at["字段"]), row.cell(at["错误原因"])) for row in rows[1:]}


def test_an_export_twice(installation: Installation, office: Office, clock: MovedClock, tmp_path: Path) -> None:
    file = tmp_path / "导出.csv"
    write_export(file, 60, seed=31)
    first = run(installation, file, "--source", "一次", expect=0)
    assert (first["read"], first["new"], first["rejected"], first["with_city"]) == (60, 60, 0, 60)
    assert first["as_of"] == clock.today.isoformat()
    again = run(installation, file, "--source", "一次", expect=0)
    assert (again["unchanged"], again["events"]) == (60, 0)
    office.settle()
    found = office.ask("Explain", enterprise=next(codes(31)))["row"]
    assert found["name"].startswith("基准31")
    assert found["duty"] in ("survey", "")
    assert not found["due"]


def test_every_row_that_cannot_be_taken_says_why(installation: Installation, tmp_path: Path) -> None:
    good, twice = next(_CODES), next(_CODES)
    wrong = twice[:-1] + ("A" if twice[-1] != "A" else "B")
    rows = [
        line(good), line(wrong), line("914101000000000000"), line("4101002000123"), line("410100200012345"),
        line(twice, 企业名称="甲"), line(twice, 企业名称="乙"), line(企业名称=" "), line(注册日期="2021-02-30"), line(登记状态="待查"),
        line()[:4], line(注册地址="长" * 10_000_000), line(),
    ]  # fmt: skip
    told = run(installation, write(tmp_path / "错行.csv", rows), "--source", "错行", expect=4)
    assert (told["read"], told["new"], told["rejected"], told["unknown_status"]) == (13, 3, 10, 1)
    found = reasons(told)
    assert set(found) == {"3", "4", "5", "6", "7", "8", "9", "10", "12", "13"}
    assert {row: field for row, (field, _) in found.items() if field} == {
        "3": "统一社会信用代码", "4": "统一社会信用代码", "5": "统一社会信用代码", "6": "统一社会信用代码", "7": "统一社会信用代码",
        "8": "统一社会信用代码", "9": "企业名称", "10": "注册日期", "12": "法定代表人", "13": "注册地址",
    }  # fmt: skip
    told_reasons = [reason for _, reason in found.values()]
    assert len(set(told_reasons)) == 10
    for part in (
        "校验位",
        "电子表格损坏",
        "13 位",
        "15 位",
        "第 8 行",
        "第 7 行",
        "没有企业名称",
        "2021-02-30",
        "列数不够",
        "过长",
    ):
        assert any(part in reason for reason in told_reasons), part


def test_an_unknown_status_is_given_its_meaning_in_the_workbook(
    installation: Installation, office: Office, tmp_path: Path
) -> None:
    """The rows are taken; the words stand in a sheet of their own, with their rows and what to do, to be filled in."""
    first, second, other = (next(_CODES) for _ in range(3))
    rows = [line(first, 登记状态="停牌整改"), line(), line(second, 登记状态="停牌整改"), line(other, 登记状态="待核验")]
    told = run(installation, write(tmp_path / "状态.csv", rows), "--source", "状态", expect=0)
    assert (told["new"], told["rejected"], told["unknown_status"]) == (4, 0, 3)
    with open_table(Path(told["rejects"]), sheet="登记状态不明") as table:
        head, *found = [row.cells for row in table.rows()][1:]
    lines = [dict(zip(head, cells, strict=False)) for cells in found]
    assert {(one["登记状态"], one["行号"], one["字段"]) for one in lines} == {
        ("停牌整改", "2、4", "登记状态"), ("待核验", "5", "登记状态")
    }  # fmt: skip
    assert all(one["登记状态"] in one["错误原因"] and one["处理办法"] and not one.get("含义") for one in lines)
    filled = tmp_path / "填好.xlsx"
    columns = [Column("登记状态"), Column("含义")]
    write_workbook(filled, [
        Sheet("未采用的行", [Column("行号")], [["2"]]),
        Sheet("登记状态不明", columns, [["停牌整改", "停业"], ["待核验", "没有这种"]]),
    ])  # fmt: skip
    done = installation.cli("registry", "resolve-status", "--file", str(filled), expect=4)
    assert "待核验" not in done.stdout
    assert "没有这种" in done.stderr
    assert [_status(office, code) for code in (first, second, other)] == ["suspended", "suspended", "unknown"]
    left = tmp_path / "待定.xlsx"
    installation.cli("registry", "words", "--xlsx", str(left))
    with open_table(left) as table:
        assert "待核验" in [row.cell(0) for row in table.rows()]


def _status(office: Office, code: str) -> str:
    facts = office.query("GetEnterprise", ref=code)["facts"]
    return str(next(fact["value"] for fact in facts if fact["slot"] == "registry_status"))


def test_files_as_they_come(installation: Installation, tmp_path: Path) -> None:
    old = run(installation, write(tmp_path / "国标.csv", [line()], "gb18030"), "--source", "国标", expect=0)
    assert old["new"] == 1
    numbers, formula = _workbook(tmp_path / "数字.xlsx", number=True), _workbook(tmp_path / "公式.xlsx", number=False)
    assert "数字" in reasons(run(installation, numbers, "--source", "数字", expect=4))["3"][1]
    told = run(installation, formula, "--source", "公式", expect=4)
    assert (told["new"], reasons(told)["3"][0]) == (1, "企业名称")


def _workbook(path: Path, *, number: bool) -> Path:
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    for at, cells in enumerate([COLUMNS, line(), line()]):
        sheet.write_row(at, 0, cells)
    if number:
        sheet.write_number(2, 0, 914101001700361000)
    else:
        sheet.write_formula(2, 1, '=CONCAT("甲","乙")', value="甲乙")
    book.close()
    return path


def test_files_that_are_refused_whole(installation: Installation, tmp_path: Path) -> None:
    empty, packed, long = tmp_path / "空.csv", tmp_path / "压缩.csv", tmp_path / "长.csv"
    empty.touch()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("x.txt", "x")
    with long.open("w", encoding="utf-8") as file:
        file.write(",".join(COLUMNS) + "\n")
        file.writelines(f"{number},,,,,,\n" for number in range(1_100_000))
    wrong = write(tmp_path / "别的.csv", [])
    wrong.write_text("甲,乙\n1,2\n", encoding="utf-8")
    told = [_refused(installation, path) for path in (empty, tmp_path, packed, _locked(tmp_path), long, wrong)]
    assert len(set(told)) == len(told)
    assert not list(tmp_path.glob("*未导入*"))


def _locked(folder: Path) -> Path:
    plain, locked = io.BytesIO(_workbook(folder / "开.xlsx", number=False).read_bytes()), folder / "锁.xlsx"
    with locked.open("wb") as out:
        OOXMLFile(plain).encrypt("only-for-tests", out)
    return locked


def _refused(installation: Installation, file: Path) -> str:
    done = installation.cli("registry", "import", str(file), "--as-of", "2026-03-02", expect=1)
    assert len(done.stderr.strip().splitlines()) == 1
    return done.stderr


def test_an_office_and_the_next_export(installation: Installation, office: Office, tmp_path: Path) -> None:
    code = next(_CODES)
    file = write(tmp_path / "一.csv", [line(code, 企业名称="登记名称")])
    run(installation, file, "--source", "差异", expect=0)
    office.do("RenameEnterprise", enterprise=code, name="更正名称")
    office.do("PlaceEnterprise", enterprise=code, unit="410811")
    second = run(installation, file, "--source", "差异", expect=0)
    assert (second["differences"], second["changed"]) == (2, 0)
    listed = {d["field"]: d for d in _differences(installation, office, code)}
    assert (listed["name"]["known"], listed["name"]["reported"]) == ("更正名称", "登记名称")
    assert listed["unit"]["reported"].endswith("解放区")
    installation.cli("registry", "settle", code, "name", "--keep")
    assert [d["field"] for d in _differences(installation, office, code)] == ["unit"]
    moved = write(tmp_path / "二.csv", [line(code, 注册地址="洛阳市西工区王城大道1号")])
    told = run(installation, moved, "--source", "洛阳", expect=0)
    assert (told["new"], told["changed"]) == (0, 1)
    office.settle()
    assert len(office.ask("Find", text=code)["enterprises"]) == 1


def _differences(installation: Installation, office: Office, code: str) -> list[dict[str, Any]]:
    def listed() -> list[dict[str, Any]]:
        answer = json.loads(installation.cli("registry", "differences", "--size", "1000", "--json").stdout)
        return [one for one in answer["differences"] if one["code"] == code]

    office.until(lambda: any(one["name"] == "更正名称" for one in listed()), "the directory")
    return listed()


def test_a_workbook_filled_in_by_a_person(installation: Installation, office: Office, tmp_path: Path) -> None:
    code = next(_CODES)
    run(installation, write(tmp_path / "一.csv", [line(code, 注册地址="焦作市某路")]), "--source", "落位", expect=0)
    book, filled = tmp_path / "待落位.xlsx", tmp_path / "填好.csv"
    office.until(lambda: code in _rows(installation, book), "the enterprise among those to be placed")
    with filled.open("w", encoding="utf-8-sig", newline="") as out:
        csv.writer(out).writerows(
            [("统一社会信用代码", "落位单位"), (code, "焦作市山阳区"), (next(_CODES), "410802"), (code, "")]
        )
    done = installation.cli("registry", "place", "--file", str(filled), expect=4)
    assert "第 3 行" in done.stderr
    assert office.query("GetEnterprise", ref=code)["unit"]["name"] == "山阳区"


def _rows(installation: Installation, book: Path) -> str:
    installation.cli("registry", "unplaced", "--xlsx", str(book))
    with open_table(book) as table:
        return "\n".join(" ".join(row.cells) for row in table.rows())


_MANY = 12_000
"""Rows that are not all taken before somebody has stopped what takes them."""


def test_a_killed_import_ends_as_an_undisturbed_one(installation: Installation, tmp_path: Path) -> None:
    whole, torn = tmp_path / "完整.csv", tmp_path / "中断.csv"
    _like(whole, _MANY, seed=51)
    _like(torn, _MANY, seed=52)
    run(installation, whole, "--source", "完整", expect=0)
    with psycopg.connect(installation.settings.dsn("registry"), autocommit=True) as conn:
        client = _start(installation, torn)
        _until_more_is_taken(conn)
        os.kill(client.pid, signal.SIGKILL)
        client.wait()
        wait_until(lambda: not _takers(installation), "the import of a client that is gone ends")
        client = _start(installation, torn)
        _until_more_is_taken(conn)
        for taker in _takers(installation):
            taker.kill()
        assert client.wait() == Exit.REFUSED, "it says that the same file goes on from there"
        client = _start(installation, torn)
        _until_more_is_taken(conn)
        installation.kill9("registry")
        client.wait()
        installation.until_back("registry")
    told = run(installation, torn, "--source", "中断", expect=0)
    assert (told["read"], told["new"], told["events"], told["unchanged"]) == (_MANY, _MANY, _MANY, 0)
    with psycopg.connect(installation.settings.dsn("registry"), autocommit=True) as conn:
        assert list(_told(conn, 52)) == list(_told(conn, 51))
        _until_cleared(conn)
    again = run(installation, torn, "--source", "中断", expect=0)
    assert (again["unchanged"], again["events"]) == (_MANY, 0)


def _until_cleared(conn: Any) -> None:
    """Its rows go behind the answer."""
    deadline = time.monotonic() + 10
    while conn.execute("select count(*) from feed_row").fetchone() != (0,):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _like(path: Path, rows: int, seed: int) -> None:
    """The same export for every seed, but for its codes."""
    write_export(path, rows, seed=1)
    text, own = path.read_text(encoding="utf-8-sig"), islice(codes(seed), rows)
    lines = list(csv.reader(io.StringIO(text)))
    at = HEADER.index("统一社会信用代码")
    for cells, code in zip(lines[1:], own, strict=True):
        cells[at] = code
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(lines)


def _start(installation: Installation, file: Path) -> subprocess.Popen[bytes]:
    argv = [sys.executable, "-m", "xianfeng.cli.app", "registry", "import", str(file), "--source", "中断", "--json"]
    return subprocess.Popen(
        argv, cwd=PROJECT, env=installation.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def _takers(installation: Installation) -> list[psutil.Process]:
    """The processes in which registry takes an import."""
    return [child for child in psutil.Process(installation.pid("registry")).children() if _takes(child)]


def _takes(child: psutil.Process) -> bool:
    try:
        return any("feed.taker" in word for word in child.cmdline())
    except psutil.NoSuchProcess:
        # It ended while it was looked at.
        return False


def _until_more_is_taken(conn: psycopg.Connection[Any]) -> None:
    before = _taken(conn)
    wait_until(lambda: _taken(conn) > before, "more rows taken", seconds=60)


def _taken(conn: psycopg.Connection[Any]) -> int:
    query = "select coalesce(max(taken), 0) from feed_import where source = '中断' and state = 'applying'"
    return int(conn.execute(query).fetchone()[0])  # type: ignore[index]


def _told(conn: psycopg.Connection[Any], seed: int) -> Iterator[tuple[str, int, date, str]]:
    """Everything that the enterprises of these codes were told, in the log's order, but for ids and times."""
    known = list(islice(codes(seed), _MANY))
    rows = conn.execute(
        "select c.key, e.state from registry_events e join claim c on c.subject = e.originator_id and c.kind = 'code'"
        " where c.key = any(%s) order by e.notification_id", (known,),
    )  # fmt: skip
    for code, raw in rows:
        head = decode_head(bytes(raw))
        yield head.type, head.subjectversion, head.effective, bytes(head.data).decode().replace(code, "-")


@pytest.fixture(autouse=True)
def no_person_anywhere(installation: Installation) -> Iterator[None]:
    """After each test: the person's column stands in no event, no staging row, no log."""
    yield
    with psycopg.connect(installation.settings.dsn("registry"), autocommit=True) as conn:
        name = PERSON.encode()
        for table, column in (("registry_events", "state"), ("feed_row", "body")):
            found = conn.execute(f"select count(*) from {table} where position(%s in {column}) > 0", (name,)).fetchone()
            assert found == (0,), table
        assert conn.execute(
            "select count(*) from feed_known where stated::text like %s", (f"%{PERSON}%",)
        ).fetchone() == (0,)
    assert PERSON not in installation.logs()
