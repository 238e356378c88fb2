"""Foreign ledgers by a mapping: three rows of headings, ticks, lines that are no rows; mappings are data."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.registry.ledger.file import LedgerFile, read_ledger
from services.registry.ledger.likeness import Likeness
from services.registry.ledger.mapping import read_mapping
from services.registry.ledger.mappings import LAYOUTS, Mappings
from tests.fixtures.foreign_ledger import ForeignLedger, Parties, make_foreign_ledger
from xianfeng.refusal import Refused

L4 = LAYOUTS / "l4.toml"
NAMES = [f"台账{n:03d}号物业服务有限公司" for n in range(295)]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> ForeignLedger:
    path = tmp_path_factory.mktemp("foreign") / "台账.xlsx"
    return make_foreign_ledger(path, Parties(NAMES, "双生", "隔壁", "相近"))


@pytest.fixture(scope="module")
def read(made: ForeignLedger) -> LedgerFile:
    return read_ledger(made.path, read_mapping(L4))


def test_titles_sums_and_signatures_are_no_rows(read: LedgerFile) -> None:
    assert (len(read.statements), len(read.skipped)) == (300, 2)
    first = read.statements[0]
    assert (first.name, first.stated["form"], first.stated["type"]) == (NAMES[0], "own", "branch")
    assert (first.stated["approved_on"], first.stated["union"]) == ("2025-07-01", "yes")


def test_persons_are_in_nothing_that_is_read(read: LedgerFile, made: ForeignLedger) -> None:
    assert read.columns is not None
    told = " ".join(str((one.name, one.code, one.stated, one.rejects, one.notes)) for one in read.statements)
    assert [person for person in made.persons if person in told] == []
    assert len(read.columns.persons) == 12


def test_faults_are_those_of_the_cells(read: LedgerFile, made: ForeignLedger) -> None:
    wrong = {one.number: made.wrong[one.number] for one in read.statements if one.rejects}
    assert sorted(wrong.values()) == ["count", "day-calendar", "formula", "tick", "two-options"]


def test_the_same_file_under_another_mapping_is_another(read: LedgerFile, made: ForeignLedger, tmp_path: Path) -> None:
    changed = tmp_path / "own.toml"
    changed.write_text(L4.read_text(encoding="utf-8").replace("正式党员", "党员总数"), encoding="utf-8")
    assert read_ledger(made.path, read_mapping(changed)).hash != read.hash


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"formal"', '"colour"', "colour"),
        ('"企业名称" = "name"', '"书记姓名" = "name"', "书记姓名"),
        ('value = "own"', 'value = "alone"', "alone"),
        ('"企业名称" = "name"\n"统一社会信用代码" = "code"\n', "", "name"),
        ("header_rows = 3", "header_rows = 9", "header_rows"),
        ("[columns]", "[columns", "l4.toml"),
    ],
)
def test_a_wrong_mapping_is_refused_and_told(tmp_path: Path, old: str, new: str, said: str) -> None:
    wrong = tmp_path / "l4.toml"
    wrong.write_text(L4.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(Refused) as raised:
        Mappings(tmp_path).save("mine", wrong)
    assert said in raised.value.message
    assert Mappings(tmp_path).names() == ["l4"]


def test_a_mapping_is_saved_under_a_name(tmp_path: Path) -> None:
    mappings = Mappings(tmp_path)
    mappings.save("中站区-2026", L4)
    assert mappings.names() == ["l4", "中站区-2026"]
    assert mappings.find("中站区-2026") == mappings.find("l4")
    for name in ("../x", "", "没有"):
        with pytest.raises(Refused):
            mappings.find(name)


def test_a_file_without_the_headings_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "别的.csv"
    path.write_text("项目,数量\n甲,3\n", encoding="utf-8")
    with pytest.raises(Refused) as raised:
        read_ledger(path, read_mapping(L4))
    assert raised.value.reason == "no-headings"


def test_names_that_are_alike() -> None:
    names = Likeness((name, name) for name in (*NAMES, "幸福里物业服务有限公司", "郑州幸福家园物业管理有限公司"))
    assert names.nearest("幸福里物业管理公司")[0] == "幸福里物业服务有限公司"
    assert names.nearest("毫不相干商贸行") == []
    assert len(names.nearest("台账00号物业")) == 5
