"""A county's own ledger goes in as it is: what can be taken is, the rest is explained, and no person is kept."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any

import psycopg
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from services.coverage.events import TOPIC as COVERAGE
from services.registry.events import TOPIC as REGISTRY
from services.registry.ledger.file import read_ledger
from services.registry.ledger.mappings import Mappings
from services.registry.ledger.reading import reject
from tests.e2e.office import Office, codes
from tests.fixtures.foreign_ledger import JOINT, WRONG, ForeignLedger, Parties, make_foreign_ledger
from tests.fixtures.installation import Installation
from tests.fixtures.servers import wait_until
from xianfeng.bus.topics import PARTITIONS

UNIT, NEXT = "410821", "410822"
PERSONS = ("姓名", "联系电话", "性别", "出生年月", "填表人", "是否由出资人担任")


@pytest.fixture(scope="module")
def parties(office: Office) -> Parties:
    taken = [f"台账{n:03d}号物业服务有限公司" for n in range(295)]
    found = Parties(taken, "台账双生物业服务有限公司", "台账隔壁物业服务有限公司", "台账001号物业管理公司")
    named = [*((name, UNIT) for name in taken), (found.twins, UNIT), (found.twins, UNIT), (found.abroad, NEXT)]
    for code, (name, unit) in zip(islice(codes(41), len(named)), named, strict=True):
        office.do("RegisterEnterprise", code=code, name=name, unit=unit, effective="2021-01-01")
    for name in JOINT:
        joint = office.do("OpenOrganisation", name=name, form="joint", unit=UNIT, effective="2021-07-01")["subject"]
        office.do("RecordStep", organisation=joint, step="approved", on="2021-07-01")
    office.settle()
    office.until(lambda: total(office, "ListOrganisations") >= 2, "the directory's organisations")
    office.until(lambda: total(office, "ListEnterprises") >= 297, "the directory's enterprises")
    return found


def total(office: Office, method: str) -> int:
    return int(office.query(method, unit=UNIT)["total"])


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory, parties: Parties) -> ForeignLedger:
    return make_foreign_ledger(tmp_path_factory.mktemp("ledger") / "修武县台账.xlsx", parties)


@pytest.fixture(scope="module")
def imported(
    installation: Installation, ledger: ForeignLedger
) -> tuple[dict[str, Any], subprocess.CompletedProcess[str]]:
    done = run(installation, ledger, "--apply", "--json")
    return json.loads(done.stdout), done


def run(installation: Installation, ledger: ForeignLedger, *more: str) -> subprocess.CompletedProcess[str]:
    """Rows were rejected: code 4."""
    rejects = ("--rejects", str(rejects_of(ledger)))
    return installation.cli(
        "ledger", "import", str(ledger.path), "--unit", UNIT, "--mapping", "l4", *rejects, *more, expect=4
    )


def rejects_of(ledger: ForeignLedger) -> Path:
    return ledger.path.with_name("未导入.xlsx")


def test_288_are_taken_and_12_explained(
    imported: tuple[dict[str, Any], Any], ledger: ForeignLedger, office: Office, parties: Parties
) -> None:
    told, _ = imported
    numbers = {key: told[key] for key in ("read", "taken", "rejected", "skipped", "applied")}
    assert numbers == {"read": 300, "taken": 288, "rejected": 12, "skipped": 2, "applied": True}
    assert {fault["row"] for fault in told["rejects"]} == ledger.wrong.keys()
    assert sorted(ledger.wrong.values()) == sorted(WRONG)
    reasons = {fault["row"]: fault["reason"] for fault in told["rejects"]}
    assert len(set(reasons.values())) == 12
    assert all(fault["remedy"] for fault in told["rejects"])
    near = next(row for row, wrong in ledger.wrong.items() if wrong == "unknown-name")
    assert parties.taken[1] in next(fault["remedy"] for fault in told["rejects"] if fault["row"] == near)
    office.settle()
    figures = office.ask("Figures", unit=UNIT)["figures"]["by_status"]
    assert (int(figures["own"]), int(figures["joint"])) == (72, 72)


def test_persons_columns_are_named(imported: tuple[dict[str, Any], Any]) -> None:
    told, _ = imported
    assert all(any(name.endswith(part) for name in told["persons"]) for part in PERSONS)
    assert any(name.endswith("备注") for name in told["unread"])


def test_again_changes_nothing(imported: Any, installation: Installation, ledger: ForeignLedger) -> None:
    told = json.loads(run(installation, ledger, "--apply", "--json").stdout)
    assert (told["taken"], told["changing"], told["events"]) == (288, 0, 0)


def test_no_person_is_kept_anywhere(
    imported: tuple[dict[str, Any], subprocess.CompletedProcess[str]], installation: Installation, ledger: ForeignLedger
) -> None:
    shown = run(installation, ledger, "--check", "--show", "0")
    kept = {
        "store": store_texts(installation), "topic": asyncio.run(topic_texts(installation)),
        "logs": [path.read_bytes() for path in installation.data_dir.rglob("*.log*") if path.is_file()],
        "rejects": workbook_texts(rejects_of(ledger)),
        "terminal": [done.stdout.encode() + done.stderr.encode() for done in (imported[1], shown)],
    }  # fmt: skip
    for place, texts in kept.items():
        everything = b"\n".join(texts)
        assert everything, place
        assert not found_of(ledger.persons, everything), place
    for place in ("store", "topic"):
        assert found_of(["台账001号物业服务有限公司"], b"\n".join(kept[place])), f"the scan sees what is in the {place}"


def test_what_was_rejected_can_be_corrected_and_handed_in_again(
    imported: Any, installation: Installation, ledger: ForeignLedger
) -> None:
    again = read_ledger(rejects_of(ledger), Mappings(installation.data_dir).find("l4"))
    assert len(again.statements) == 12
    assert reject("name", again.statements[0].name, "", "").value == "台账001号物业管理公司"


def test_export_and_import_without_a_change(imported: Any, installation: Installation, tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    installation.cli("ledger", "export", UNIT, str(path))
    told = json.loads(installation.cli("ledger", "import", str(path), "--unit", UNIT, "--apply", "--json").stdout)
    assert (told["read"], told["changing"], told["events"], told["rejected"]) == (297, 0, 0, 0)
    assert "没有变更，不需要写入" in installation.cli("ledger", "import", str(path), "--unit", UNIT, "--apply").stdout


def test_a_mapping_is_saved_shown_and_used(
    imported: Any, installation: Installation, ledger: ForeignLedger, tmp_path: Path
) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(installation.cli("ledger", "mapping", "show", "l4", "--toml").stdout, encoding="utf-8")
    assert "组建形式/单独建立" in installation.cli("ledger", "mapping", "save", "修武县", str(path)).stdout
    assert "修武县\t" in installation.cli("ledger", "mapping", "list").stdout
    done = installation.cli(
        "ledger", "import", str(ledger.path), "--unit", UNIT, "--mapping", "修武县", "--check",
        "--rejects", str(tmp_path / "未导入.csv"), expect=4,
    )  # fmt: skip
    assert done.stdout.index("单独组建") < done.stdout.index("读取 300 行")
    assert "请核对" in (tmp_path / "未导入.csv").read_text(encoding="utf-8-sig")


def test_a_registry_killed_in_mid_import(
    imported: Any, installation: Installation, parties: Parties, tmp_path: Path
) -> None:
    """The same command again comes to the same as one undisturbed import: each row once."""
    path = tmp_path / "人数.csv"
    lines = [f"{name},{n % 50 + 20},√" for n, name in enumerate(parties.taken)]
    path.write_text("\n".join(["企业名称,党员情况/正式党员,群团组织/共青团", *lines]), encoding="utf-8")
    again = ("ledger", "import", str(path), "--unit", UNIT, "--mapping", "l4", "--apply", "--json")
    before = head(installation)
    argv = [sys.executable, "-m", "xianfeng.cli.app", *again]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    first = subprocess.Popen(argv, env=installation.environ, **quiet)  # type: ignore[call-overload]
    wait_until(lambda: first.poll() is not None or head(installation) > before, "the first rows", seconds=60)
    installation.kill9("registry")
    first.wait(60)
    installation.until_back("registry")
    installation.until_healthy()
    told = json.loads(installation.cli(*again).stdout)
    assert (told["read"], told["rejected"]) == (295, 0)
    assert json.loads(installation.cli(*again).stdout)["changing"] == 0
    repeated = texts_of(
        installation,
        "select originator_id from registry_events where notification_id > %s"
        " group by originator_id, topic having count(*) > 1",
        before,
    )
    assert repeated == []
    counted = "select 1 from registry_events where notification_id > %s and topic = 'enterprise.members-counted.v1'"
    assert len(texts_of(installation, counted, before)) == 295


def head(installation: Installation) -> int:
    return int(texts_of(installation, "select coalesce(max(notification_id), %s) from registry_events", 0)[0])


def texts_of(installation: Installation, query: str, *values: object) -> list[Any]:
    with psycopg.connect(installation.settings.dsn("registry"), autocommit=True) as connection:
        return [row[0] for row in connection.execute(query, values)]


def found_of(words: Iterable[str], text: bytes) -> set[str]:
    """Which of many words stand in a long text. They begin alike, so few places of it are compared with all of them."""
    wanted = tuple(word.encode() for word in words)
    places = (place for mark in {word[:6] for word in wanted} for place in re.finditer(re.escape(mark), text))
    return {
        word.decode()
        for place in places
        if text.startswith(wanted, place.start())
        for word in wanted
        if text.startswith(word, place.start())
    }


def store_texts(installation: Installation) -> list[bytes]:
    """Every row of every table as the database sends it: texts and bytes stand in it as they are."""
    found: list[bytes] = []
    for service in ("registry", "coverage"):
        with psycopg.connect(installation.settings.dsn(service), autocommit=True) as connection:
            tables = connection.execute(
                "select format('%I', tablename) from pg_tables where schemaname = current_schema()"
            ).fetchall()
            for (table,) in tables:
                with connection.cursor().copy(f"copy {table} to stdout (format binary)") as rows:
                    found += map(bytes, rows)
    return found


async def topic_texts(installation: Installation) -> list[bytes]:
    parts = [TopicPartition(topic, part) for topic in (REGISTRY, COVERAGE) for part in range(PARTITIONS)]
    consumer = AIOKafkaConsumer(bootstrap_servers=installation.settings.kafka_bootstrap, auto_offset_reset="earliest")
    consumer.assign(parts)
    await consumer.start()
    try:
        ends, found = await consumer.end_offsets(parts), []
        while [part for part, end in ends.items() if await consumer.position(part) < end]:
            for records in (await consumer.getmany(timeout_ms=1000, max_records=20_000)).values():
                found += [record.value or b"" for record in records]
        return found
    finally:
        await consumer.stop()


def workbook_texts(path: Path) -> list[bytes]:
    with zipfile.ZipFile(path) as book:
        return [book.read(name) for name in book.namelist()]
