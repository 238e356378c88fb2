"""Each file that is no table is refused with its own reason, in one sentence that says what to do."""

from __future__ import annotations

import os
import struct
import zipfile
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import pytest
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from tests.unit.tabular.files import HEADER, book_file, locked_file, refusal_of, rows_file, text_file
from tests.unit.tabular.xls_files import write_compound, write_xls
from xianfeng.tabular import open_table
from xianfeng.tabular.errors import Unreadable, read_fault
from xianfeng.tabular.limits import MOST_ROWS

LINE = "中原物业服务有限公司,91410100170036137J,1992-10-30\n"


def archive(path: Path, **parts: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as made:
        for name, content in parts.items():
            made.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return path


def cut_workbook(folder: Path) -> Path:
    path = rows_file(folder, [HEADER] * 200)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


def damaged_sheet(folder: Path) -> Path:
    """Whole as an archive, but a byte of the sheet's packed data has turned over."""
    path = rows_file(folder, [[f"{i}", f"{i * 7}"] for i in range(400)])
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as made:
        part = made.getinfo("xl/worksheets/sheet1.xml")
    data[part.header_offset + 30 + len(part.filename) + part.compress_size // 2] ^= 0xFF
    path.write_bytes(data)
    return path


def xls(folder: Path, *, encrypted: bool = False) -> Path:
    path = folder / "企业.xls"
    write_xls(path, {"企业": [list(HEADER)]}, encrypted=encrypted)
    return path


def cut_xls(folder: Path) -> Path:
    path = xls(folder)
    path.write_bytes(path.read_bytes()[:1500])
    return path


def no_book(folder: Path) -> Path:
    write_compound(folder / "说明.doc", {"WordDocument": b"text"})
    return folder / "说明.doc"


def pipe(folder: Path) -> Path:
    os.mkfifo(folder / "管道")
    return folder / "管道"


def empty_book(folder: Path) -> Path:
    return book_file(folder, lambda _, sheet: sheet.set_column(0, 9, 20))


REFUSED: dict[str, tuple[str, Callable[[Path], Path]]] = {
    "missing": ("missing", lambda folder: folder / "没有.csv"),
    "below a file": ("missing", lambda folder: text_file(folder, "x") / "里面.csv"),
    "NUL in the path": ("missing", lambda folder: folder / "a\0b.csv"),
    "directory": ("directory", lambda folder: folder),
    "pipe": ("not-a-file", pipe),
    "no bytes": ("empty", lambda folder: text_file(folder, b"")),
    "only a mark": ("empty", lambda folder: text_file(folder, b"\xef\xbb\xbf\r\n \r\n")),
    "workbook without a cell": ("empty", empty_book),
    "archive named csv": ("zip-no-workbook", lambda folder: archive(folder / "企业.csv", 企业_dot_csv=LINE.encode())),
    "archive broken": ("zip-no-workbook", lambda folder: text_file(folder, b"PK\x03\x04 and then nothing")),
    "binary workbook": ("binary-workbook", lambda folder: archive(folder / "企业.xlsb", xl__workbook_dot_bin=b"x")),
    "password": ("password", locked_file),
    "password of an xls": ("password", lambda folder: xls(folder, encrypted=True)),
    "half a workbook": ("corrupt", cut_workbook),
    "damaged sheet": ("corrupt", damaged_sheet),
    "workbook of nonsense": ("corrupt", lambda folder: archive(folder / "企业.xlsx", xl__workbook_dot_xml=b"<a")),
    "half an xls": ("corrupt", cut_xls),
    "only a signature": ("corrupt", lambda f: text_file(f, bytes.fromhex("d0cf11e0a1b11ae1"), name="企业.xls")),
    "old document": ("ole-no-workbook", no_book),
    "web page named xls": ("markup", lambda folder: text_file(folder, "\n<HTML><table>", name="企业.xls")),
    "XML named xls": ("markup", lambda folder: text_file(folder, '\ufeff<?xml version="1.0"?>', name="企业.xls")),
    "document": ("binary", lambda folder: text_file(folder, b"%PDF-1.7\n", name="企业.csv")),
    "bytes": ("binary", lambda folder: text_file(folder, struct.pack("<40I", *range(40)))),
    "no known characters": ("encoding", lambda folder: text_file(folder, LINE.encode("gb18030") * 3 + b"\xff\xff,1\n")),
    "one endless line": ("endless-line", lambda folder: text_file(folder, b"a," * (33 * 1024**2))),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_with_its_own_reason(case: str, tmp_path: Path) -> None:
    reason, made = REFUSED[case]
    refused = refusal_of(made(tmp_path))
    assert refused.reason == reason
    assert "请" in refused.message


def test_the_line_of_unknown_characters_is_told(tmp_path: Path) -> None:
    path = text_file(tmp_path, LINE.encode("gb18030") * 3 + b"\xff\xff,1\n")
    assert "第 4 行" in refusal_of(path).message


def test_too_many_rows_are_counted_before_any_is_used(tmp_path: Path) -> None:
    refused = refusal_of(text_file(tmp_path, LINE * (MOST_ROWS + 1)))
    assert refused.reason == "too-many-rows"
    assert str(MOST_ROWS + 1) in refused.message


def test_lines_within_cells_are_no_rows(tmp_path: Path) -> None:
    path = text_file(tmp_path, "名称,地址\n" + '甲,"一\n二\n三"\n' * 400_000)
    assert len(rows_of_first(path, 3)) == 3


def rows_of_first(path: Path, count: int) -> list[tuple[str, ...]]:
    with open_table(path) as table:
        return [row.cells for row in islice(table.rows(), count)]


def test_a_sheet_that_spans_more_than_memory_holds(tmp_path: Path) -> None:
    def fill(_: Workbook, sheet: Worksheet) -> None:
        sheet.write_string(0, 0, "企业名称")
        sheet.write_string(1_048_575, 16_383, "远处")

    refused = refusal_of(book_file(tmp_path, fill))
    assert refused.reason == "too-many-cells"
    assert "1048576 行 × 16384 列" in refused.message


@pytest.mark.parametrize("claim", [(0, 2**31, 0, 256), (0, 3, 0, 65_535), (0, 30_000_000, 0, 1), (5, 3, 0, 2)])
def test_an_old_workbook_that_claims_more_than_can_be(claim: tuple[int, ...], tmp_path: Path) -> None:
    """The value reader makes room for what is claimed; the process would end for want of memory."""
    path = xls(tmp_path)
    stated, claimed = struct.pack("<HHIIHH", 0x0200, 14, 0, 1, 0, 3), struct.pack("<HHIIHH", 0x0200, 14, *claim)
    assert stated in path.read_bytes()
    path.write_bytes(path.read_bytes().replace(stated, claimed))
    assert refusal_of(path).reason == "corrupt"


def test_old_sheets_that_span_more_than_memory_holds_together(tmp_path: Path) -> None:
    corners = [["企业名称"], *[[]] * 65_534, [*[None] * 255, "远处"]]
    write_xls(tmp_path / "企业.xls", {"企业": corners, "附表": corners})
    assert refusal_of(tmp_path / "企业.xls").reason == "too-large-sheets"


def test_a_value_that_cannot_be_taken_is_met_before_any_row_is_used(tmp_path: Path) -> None:
    def fill(book: Workbook, sheet: Worksheet) -> None:
        sheet.write_string(0, 0, "企业名称")
        sheet.write_number(1, 0, 1e300, book.add_format({"num_format": "[h]:mm"}))

    assert refusal_of(book_file(tmp_path, fill)).reason == "corrupt"


def test_a_bomb_is_not_inflated(tmp_path: Path) -> None:
    path = rows_file(tmp_path, [HEADER])
    with zipfile.ZipFile(path, "a") as book:
        book.writestr("xl/media/bomb.bin", b"small")
        book.infolist()[-1].file_size = 2 * 1024**3
    assert refusal_of(path).reason == "too-inflated"


def test_an_unknown_sheet_is_refused_with_those_there_are(tmp_path: Path) -> None:
    refused = refusal_of(rows_file(tmp_path, [HEADER]), sheet="项目")
    assert refused.reason == "no-such-sheet"
    assert "企业" in refused.message


@pytest.mark.parametrize(
    ("fault", "reason"),
    [(PermissionError(13, "denied"), "denied"), (OSError(5, "Input/output error"), "not-readable")],
)
def test_what_the_system_says_is_told(fault: OSError, reason: str) -> None:
    refused = read_fault(Path("企业.csv"), fault)
    assert isinstance(refused, Unreadable)
    assert refused.reason == reason
