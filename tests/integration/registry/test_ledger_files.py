"""A ledger handed in as a file over real gRPC: checked, kept, the enterprise chosen, confirmed, what is left handed back."""

from __future__ import annotations

import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
import xlsxwriter

from proto.xianfeng.registry.v1 import ledger_pb2 as pb
from proto.xianfeng.registry.v1.ledger_pb2_grpc import LedgerFilesStub
from tests.fixtures.refilled import refill, texts_of
from tests.integration.registry.filling import Directory
from tests.integration.registry.ledgers import LedgerOffice
from tests.integration.registry.running import JIEFANG, SHANYANG, RunningRegistry
from xianfeng.event import decode_head
from xianfeng.rpc.caller import Principal
from xianfeng.rpc.errors import describe

CLERK = Principal("system:clerk", "sub_district", JIEFANG)
FOREIGN = ("企业名称", "党员情况/正式党员", "法定代表人姓名", "群团组织/工会")


@pytest.fixture(scope="module")
def office(registry: RunningRegistry) -> Iterator[LedgerOffice]:
    directory = Directory(registry.dsn, registry.clock.today())
    yield LedgerOffice(registry, directory)
    directory.connection.close()


@pytest.fixture
def files(office: LedgerOffice) -> LedgerFilesStub:
    office.stub()
    return LedgerFilesStub(office.registry.channel(CLERK))


def upload(files: LedgerFilesStub, content: bytes, **begin: str) -> str:
    def parts() -> Iterator[pb.LedgerUpload]:
        yield pb.LedgerUpload(begin=pb.LedgerUploadBegin(**{"unit": JIEFANG, "name": "台账.xlsx", **begin}))
        for start in range(0, len(content), 1 << 16):
            yield pb.LedgerUpload(bytes=content[start : start + (1 << 16)])

    return str(files.Upload(parts(), timeout=30).id)


def settled(files: LedgerFilesStub, id: str, show: str = "") -> Any:
    """The file once nothing is being done with it."""
    deadline = time.monotonic() + 30
    while (found := files.Open(pb.LedgerFileRequest(id=id, show=show), timeout=20)).state in ("checking", "applying"):
        assert time.monotonic() < deadline, found
        time.sleep(0.02)
    return found


def whole(parts: Any) -> bytes:
    return b"".join(part.bytes for part in parts)


def table(path: Path, rows: list[tuple[object, ...]]) -> bytes:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return path.read_bytes()


def refusal(act: Callable[[], object]) -> Any:
    with pytest.raises(grpc.RpcError) as raised:
        act()
    return describe(raised.value)


def test_down_filled_in_up_checked_confirmed(files: LedgerFilesStub, office: LedgerOffice, tmp_path: Path) -> None:
    code = office.register("文件物业服务有限公司")
    office.stub()
    path = tmp_path / "down.xlsx"
    path.write_bytes(whole(files.Workbook(pb.LedgerExportRequest(unit=JIEFANG), timeout=20)))
    filled = refill(path, tmp_path / "up.xlsx", {(code, "正式党员"): 3})
    before, id = office.head(), upload(files, filled.read_bytes())
    checked = settled(files, id, "changing")
    assert (checked.state, checked.numbers.changing, checked.shown, office.head()) == ("checked", 1, 1, before)
    (change,) = checked.rows[0].changes
    assert (change.field, change.before, change.after) == ("正式党员", "未填", "3")
    files.Confirm(pb.LedgerFileRef(id=id), timeout=20)
    applied = settled(files, id)
    assert (applied.state, applied.numbers.events) == ("applied", 1)
    assert office.export()[code].values["formal"] == "3"
    again = refusal(lambda: files.Confirm(pb.LedgerFileRef(id=id), timeout=20))
    assert again.reason == "file-state"
    assert id in {one.id for one in files.ListFiles(pb.LedgerFilesRequest(unit=JIEFANG), timeout=20).files}


def test_a_person_chooses_and_what_is_left_is_handed_back(
    files: LedgerFilesStub, office: LedgerOffice, tmp_path: Path
) -> None:
    meant = office.register("翠竹园物业服务有限公司")
    office.stub()
    rows = [("翠竹园物业公司", 2, "张三丰", "有"), ("无此物业服务有限公司", "三", "李四光", "有")]
    id = upload(files, table(tmp_path / "foreign.xlsx", [FOREIGN, *rows]), mapping="l4")
    checked = settled(files, id, "rejected")
    assert [column.field for column in checked.reading.columns] == ["企业名称", "正式党员", "工会"]
    assert list(checked.reading.persons) == ["法定代表人姓名"]
    assert (checked.numbers.rejected, checked.numbers.undecided) == (2, 1)
    near = checked.rows[0]
    assert near.faults[0].remedy
    (candidate,) = [one for one in near.candidates if one.code == meant]
    files.Choose(pb.LedgerChoices(id=id, subjects={near.number: candidate.subject}), timeout=20)
    chosen = settled(files, id, "changing")
    assert (chosen.numbers.changing, chosen.numbers.rejected) == (1, 1)
    files.Confirm(pb.LedgerFileRef(id=id), timeout=20)
    assert settled(files, id).state == "applied"
    assert office.export()[meant].values["formal"] == "2"
    path = tmp_path / "rejects.xlsx"
    path.write_bytes(whole(files.Rejects(pb.LedgerFileRef(id=id), timeout=20)))
    texts = texts_of(path)
    assert "无此物业服务有限公司" in texts
    assert not {"张三丰", "李四光"} & texts, "columns about persons are not kept"
    (content,) = office.registry.rows("select content from ledger_file where id = %s", id)[0]
    assert "翠竹园".encode() in zlib.decompress(content)
    assert "张三丰".encode() not in zlib.decompress(content)


def test_the_same_file_again_does_what_its_check_shows(
    files: LedgerFilesStub, office: LedgerOffice, tmp_path: Path
) -> None:
    code = office.register("再传物业服务有限公司")
    office.stub()
    content = table(tmp_path / "t.xlsx", [FOREIGN[:2], ("再传物业服务有限公司", 2)])
    for events in (1, 0, 1):
        id = upload(files, content, mapping="l4")
        assert settled(files, id).numbers.changing == events
        files.Confirm(pb.LedgerFileRef(id=id), timeout=20)
        assert settled(files, id).numbers.events == events
        if not events:
            office.registry.ask("CountMembers", enterprise=code, formal=7)
            office.stub()
    assert office.export()[code].values["formal"] == "2"


def test_what_was_broken_off_goes_on_as_the_doing_of_who_began_it(
    files: LedgerFilesStub, office: LedgerOffice, tmp_path: Path
) -> None:
    code = office.register("续办物业服务有限公司")
    office.stub()
    id = upload(files, table(tmp_path / "t.xlsx", [FOREIGN[:2], ("续办物业服务有限公司", 2)]), mapping="l4")
    settled(files, id)
    for state, numbers in (("checking", 0), ("applying", 1)):
        office.registry.rows("update ledger_file set state = %s where id = %s returning id", state, id)
        colleague = LedgerFilesStub(office.registry.channel(Principal("system:colleague", "sub_district", JIEFANG)))
        seen = colleague.Open(pb.LedgerFileRequest(id=id), timeout=20)
        assert (seen.state, seen.stalled) == (state, True), "looking does nothing under another name"
        assert settled(files, id).numbers.events == numbers
    told = "select e.state from registry_events e join claim c on c.subject = e.originator_id where c.key = %s"
    heads = [decode_head(bytes(raw)) for (raw,) in office.registry.rows(told, code)]
    assert [head.actor for head in heads if head.type == "enterprise.members-counted.v1"] == [CLERK.account]


def test_what_cannot_be_a_ledger_is_refused_in_words(files: LedgerFilesStub, tmp_path: Path) -> None:
    assert refusal(lambda: upload(files, b"")).reason == "file-empty"
    assert refusal(lambda: upload(files, b"x" * (21 << 20))).reason == "file-large"
    assert "表" in refusal(lambda: upload(files, b"PK\x03\x04 no workbook")).message
    assert refusal(lambda: upload(files, table(tmp_path / "x.xlsx", [FOREIGN]), mapping="l4")).reason == (
        "file-without-rows"
    )
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * (201 << 20))
    assert refusal(lambda: upload(files, bomb.read_bytes())).reason == "file-inflated"
    assert refusal(lambda: upload(files, b"a,b\n1,2\n", name="x.csv", mapping="nobody-has-it")).reason == (
        "mapping-unknown"
    )


def test_another_unit_sees_nothing_of_it(files: LedgerFilesStub, office: LedgerOffice, tmp_path: Path) -> None:
    office.register("别处物业服务有限公司")
    office.stub()
    id = upload(files, table(tmp_path / "t.xlsx", [FOREIGN[:2], ("别处物业服务有限公司", 2)]), mapping="l4")
    settled(files, id)
    sibling = LedgerFilesStub(office.registry.channel(Principal("system:other", "sub_district", SHANYANG)))
    for act in (
        lambda: sibling.Open(pb.LedgerFileRequest(id=id), timeout=20),
        lambda: sibling.Confirm(pb.LedgerFileRef(id=id), timeout=20),
        lambda: list(sibling.Rejects(pb.LedgerFileRef(id=id), timeout=20)),
        lambda: upload(sibling, b"a,b\n1,2\n"),
    ):
        assert refusal(act).reason == "outside-unit"


def test_a_mapping_is_saved_and_used(files: LedgerFilesStub, office: LedgerOffice, tmp_path: Path) -> None:
    county = LedgerFilesStub(office.registry.channel(Principal("system:county", "housing_authority", JIEFANG)))
    l4 = county.GetMapping(pb.LedgerMappingRef(name="l4"), timeout=20)
    assert "form=own" in {column.read_as for column in l4.columns}
    assert {word.key for word in l4.fields} >= {"name", "formal", "form=own", "-registry"}
    mine = pb.LedgerMapping(name="本区台账", title="本区的台账", header_rows=1)
    mine.columns.add(heading="单位名称", read_as="name")
    mine.columns.add(heading="党员数", read_as="formal")
    county.SaveMapping(mine, timeout=20)
    assert "本区台账" in {one.name for one in files.ListMappings(pb.LedgerMappingsRequest(), timeout=20).mappings}
    office.register("对应物业服务有限公司")
    office.stub()
    id = upload(
        files, table(tmp_path / "t.xlsx", [("单位名称", "党员数"), ("对应物业服务有限公司", 5)]), mapping="本区台账"
    )
    assert settled(files, id).numbers.changing == 1
    mine.columns.add(heading="书记姓名", read_as="organisation")
    assert "书记姓名" in refusal(lambda: county.SaveMapping(mine, timeout=20)).message
