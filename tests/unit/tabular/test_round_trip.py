"""Any table of texts reads back as it was written; any damage to a workbook is refused or read, nothing else."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.tabular.files import HEADER, rows_file, rows_of, text_file
from tests.unit.tabular.xls_files import Day, Formula, write_xls
from xianfeng.tabular import Column, Row, Sheet, Unreadable, write_workbook

WIDTH = 3
# What a file cannot hold or a program changes on the way: half characters, control characters, lone returns.
CHARACTERS = st.characters(
    exclude_categories=["Cs", "Cc", "Co", "Cn"], exclude_characters="\ufeff\ufffd"
) | st.sampled_from("\n,;\"'=\t甲乙")
TEXTS = st.text(CHARACTERS, max_size=12)
TABLES = st.lists(st.tuples(*[TEXTS] * WIDTH), min_size=1, max_size=8)
TAKEN = settings(max_examples=60)


def solid(rows: Sequence[tuple[str, ...]]) -> list[Row]:
    """The rows that are not blank, below the header."""
    return [Row(number, row) for number, row in enumerate(rows, 2) if any(text.strip() for text in row)]


def read_back(path: Path) -> list[Row]:
    """The rows below the header, of equal width whatever the sheet's."""
    rows = [Row(row.number, (*row.cells, *[""] * WIDTH)[:WIDTH], row.kinds) for row in rows_of(path)]
    assert rows[0].cells == HEADER
    return rows[1:]


def as_csv(rows: Sequence[tuple[str, ...]], encoding: str) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([HEADER, *rows])
    return text.getvalue().encode(encoding)


@TAKEN
@given(TABLES, st.sampled_from(["utf-8-sig", "utf-16"]))
def test_text_files_that_name_their_encoding(rows: list[tuple[str, ...]], encoding: str) -> None:
    with TemporaryDirectory() as folder:
        assert read_back(text_file(Path(folder), as_csv(rows, encoding))) == solid(rows)


@TAKEN
@given(TABLES, st.sampled_from(["utf-8", "gb18030"]))
def test_text_files_that_do_not(rows: list[tuple[str, ...]], encoding: str) -> None:
    with TemporaryDirectory() as folder:
        assert read_back(text_file(Path(folder), as_csv(rows, encoding))) == solid(rows)


@TAKEN
@given(TABLES)
def test_workbooks(rows: list[tuple[str, ...]]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "台账.xlsx"
        write_workbook(path, [Sheet("台账", [Column(name) for name in HEADER], rows)])
        assert read_back(path) == solid(rows)


def test_damaged_workbooks_are_refused_or_read(tmp_path: Path) -> None:
    chance = random.Random(2021)
    path = tmp_path / "企业.xls"
    write_xls(path, {"企业": [["中原物业", 91.0, Day(44230), Formula(1.0)]] * 30})
    for whole in (rows_file(tmp_path, [HEADER] * 50).read_bytes(), path.read_bytes()):
        for _ in range(150):
            data = bytearray(whole)
            for _ in range(chance.randint(1, 8)):
                data[chance.randrange(len(data))] = chance.randrange(256)
            path.write_bytes(data[: chance.choice([len(data), chance.randrange(len(data))])])
            try:
                rows_of(path)
            except Unreadable as fault:
                assert fault.message
