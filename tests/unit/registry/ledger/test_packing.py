"""A review that was kept is the review that was kept; a mapping that was written reads as it was."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from proto.xianfeng.registry.v1 import ledger_pb2 as pb
from services.registry.ledger.file import LedgerFile
from services.registry.ledger.files.packing import pack, unpack
from services.registry.ledger.mapping import Mapping, Tick, read_mapping, written
from services.registry.ledger.reading import Statement, reject
from services.registry.ledger.review import Review
from xianfeng.tabular import Kind, Row

TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)


@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS), max_size=5))
def test_kept_and_found_again(rows: list[tuple[str, str, str]]) -> None:
    statements = [
        Statement(Row(number, row, {2: Kind.NUMBER}), name=row[0], stated={"formal": row[2]})
        for number, row in enumerate(rows, 2)
    ]
    for one in statements[:1]:
        one.rejects.append(reject("formal", "三", "不是整数", "请填写人数"))
    review = Review(LedgerFile("hash", ("企业名称", "联系电话", "正式党员"), (0, 2), statements))
    review.answers = {one.number: pb.LedgerAnswer(number=one.number, name="某") for one in statements[1:]}
    found = unpack(pack(review))
    assert found.answers == review.answers
    for one, kept in zip(statements, found.file.statements, strict=True):
        assert (kept.name, kept.stated, kept.rejects, kept.row.kind(2)) == (
            one.name, one.stated, one.rejects, one.row.kind(2),
        )  # fmt: skip
        assert (kept.row.cell(0), kept.row.cell(1), kept.row.cell(2)) == (one.row.cell(0), "", one.row.cell(2))
    assert found.file.headings == ("企业名称", "", "正式党员")


HEADINGS = TEXTS.filter(lambda text: len(text) > 0)


@given(title=HEADINGS, heading=HEADINGS.filter(lambda text: text != "名"), skip=st.lists(HEADINGS, max_size=2))
def test_a_written_mapping_reads_as_it_was(
    tmp_path_factory: object, title: str, heading: str, skip: list[str]
) -> None:  # fmt: skip
    try:
        mapping = Mapping(
            title=title, columns={"名": "name"}, ticks={heading: Tick(field="form", value="own")}, skip=tuple(skip)
        )
    except ValueError:
        return
    path = Path(tmp_path_factory.getbasetemp()) / "mapping.toml"  # type: ignore[attr-defined]
    path.write_text(written(mapping), encoding="utf-8", newline="")
    assert read_mapping(path) == mapping
