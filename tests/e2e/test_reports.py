"""A month of reports: the county sends, the city sends back, both send; then a correction makes a new edition."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Iterator
from datetime import date
from io import BytesIO
from typing import Any

import grpc
import pytest
from python_calamine import load_workbook

from proto.xianfeng.coverage.v1 import reports_pb2 as pb
from proto.xianfeng.coverage.v1.reports_pb2_grpc import ReportsStub
from proto.xianfeng.registry.v1 import reports_pb2 as kept
from proto.xianfeng.registry.v1.reports_pb2_grpc import ReportsStub as KeptStub
from services.coverage.reports.comparing import difference
from tests.e2e.office import Office
from tests.e2e.page import Page
from tests.fixtures.installation import Installation
from xianfeng.rpc.errors import describe

CITY, COUNTY, NEIGHBOUR = "411000", "411002", "411024"
MONTH, DURING, BEFORE = "2026-01", date(2026, 1, 10), date(2025, 11, 3)


class Desk:
    """The reports of one installation, as its administrator."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._make, self._kept = ReportsStub(office.coverage), KeptStub(office.registry)

    def make(self, unit: str) -> pb.MakeReportResponse:
        self._office.settle()
        return self._make.Make(pb.MakeReportRequest(unit=unit, month=MONTH), timeout=20)

    def report(self, unit: str) -> pb.Report:
        return pb.Report.FromString(self.make(unit).content)

    def send(self, unit: str, *notes: str) -> kept.ReportReceipt:
        made = self.make(unit)
        request = kept.SendReportRequest(
            command_id=str(uuid.uuid4()), content=made.content, seal=made.seal, notes=notes
        )
        return self._kept.Send(request, timeout=20)

    def give_back(self, unit: str) -> kept.ReportReceipt:
        request = kept.ReturnReportRequest(
            command_id=str(uuid.uuid4()), unit=unit, month=MONTH, reason="请核对新增企业"
        )
        return self._kept.Return(request, timeout=20)

    def open(self, unit: str, edition: int) -> kept.ReportEdition:
        return self._kept.Open(kept.OpenReportRequest(unit=unit, month=MONTH, edition=edition), timeout=20)


@pytest.fixture
def desk(office: Office) -> Desk:
    return Desk(office)


@pytest.fixture
def firms(office: Office, new_codes: Iterator[str]) -> list[str]:
    """One from before, two of the month, and one that goes to the neighbour in it."""
    found = [next(new_codes) for _ in range(4)]
    for code, day in zip(found, (BEFORE, DURING, DURING, BEFORE), strict=True):
        office.do("RegisterEnterprise", code=code, name=f"月报{code[-4:]}物业服务有限公司", unit=COUNTY, effective=day)
    office.do("PlaceEnterprise", enterprise=found[3], unit=NEIGHBOUR, effective=DURING)
    office.do("CountMembers", enterprise=found[0], formal=1, effective=DURING)
    return found


def refused(call: Callable[[], Any]) -> str:
    with pytest.raises(grpc.RpcError) as caught:
        call()
    return describe(caught.value).reason


def names(changes: Any) -> set[str]:
    return {change.code for change in changes}


def test_a_month_with_a_return_and_a_correction(
    desk: Desk, office: Office, installation: Installation, page: Page, firms: list[str]
) -> None:
    county, city = desk.report(COUNTY), desk.report(CITY)
    assert names(county.added) == {firms[1], firms[2]}
    assert [(change.code, change.cause) for change in county.moved_out] == [(firms[3], "moved")]
    assert names(county.changed) == {firms[0]}
    assert not city.moved_out
    for report in (county, city):
        assert [check for check in report.checks if check.difference] == []
        net = len(report.added) - len(report.removed) + len(report.moved_in) - len(report.moved_out)
        assert net == report.figures.enterprises - report.before.enterprises

    assert refused(lambda: desk.send(CITY)) == "report-below"
    assert desk.send(COUNTY, "新增2家").edition == 1
    assert desk.send(NEIGHBOUR).edition == 1
    assert desk.give_back(COUNTY).state == "returned"
    assert refused(lambda: desk.send(CITY)) == "report-below"
    assert desk.send(COUNTY, "新增2家，已核对").edition == 2
    assert refused(lambda: desk.send(COUNTY)) == "report-locked"
    assert desk.send(CITY, "本月新增2家").edition == 1
    assert refused(lambda: desk.give_back(COUNTY)) == "report-sent-above"
    saved = desk.open(CITY, 1)

    office.do("ChangeRegistryStatus", enterprise=firms[1], registry_status="deregistered", effective=date(2026, 1, 20))
    office.settle()
    assert desk.open(CITY, 1) == saved
    for unit in (CITY, COUNTY):
        desk.give_back(unit)
    assert desk.send(COUNTY).edition == 3
    _sent_on_the_page(page, "更正：1家已于1月20日注销")
    old = desk.open(CITY, 1)
    assert (old.content, list(old.notes), old.last) == (saved.content, ["本月新增2家"], 2)

    first, second = (pb.Report.FromString(desk.open(CITY, number).content) for number in (1, 2))
    found = difference(first, second)
    assert [line.code for line in found.removed] == [firms[1]]
    assert (found.added, found.after - found.before) == ([], -1)
    assert (first.figures.enterprises, second.figures.enterprises) == (found.before, found.after)
    _on_the_terminal(installation, first)


def _sent_on_the_page(page: Page, note: str) -> None:
    """The page shows what changed; its form sends just that, once."""
    listed = page.get(f"/units/{CITY}/reports?month={MONTH}")
    assert listed.count('data-state="sent"') == 2
    assert listed.count('data-state="returned"') == 1
    shown = page.get(f"/units/{CITY}/reports/{MONTH}")
    assert "上级已退回：请核对新增企业" in shown
    assert "不相符 0 条" in shown
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', shown))
    there = f"/units/{CITY}/reports/{MONTH}/send"
    stale = page.client.post(there, data={**fields, "looked": "0" * 64, "notes": note}, headers=_origin(page))
    assert (stale.status_code, note in stale.text) == (409, True)
    personal = page.client.post(there, data={**fields, "notes": "请联系13812345678"}, headers=_origin(page))
    assert personal.status_code == 422
    sent = page.client.post(there, data={**fields, "notes": note}, headers=_origin(page))
    assert (sent.status_code, sent.headers["location"]) == (303, f"/units/{CITY}/reports/{MONTH}?edition=2&done=sent")
    edition = page.get(sent.headers["location"])
    assert note in edition
    assert 'id="return"' in edition
    exported = page.client.get(f"/units/{CITY}/reports/{MONTH}/xlsx?edition=2")
    book = load_workbook(BytesIO(exported.content))
    assert book.sheet_names[0] == "主要数字"
    assert any(note in str(row) for row in book.get_sheet_by_name("主要数字").to_python())
    assert len(book.get_sheet_by_name("名单").to_python()) > 3
    printed = page.get(f"/units/{CITY}/reports/{MONTH}/print?edition=2")
    assert all(word in printed for word in (note, "填报单位（盖章）", "党建信息统计报表", "截至 2026-01-31 24时"))
    assert "已被第 2 版代替" in page.get(f"/units/{CITY}/reports/{MONTH}?edition=1")
    assert page.client.post(there, data=fields, headers=_origin(page)).status_code == 409


def _origin(page: Page) -> dict[str, str]:
    return {"origin": str(page.client.base_url)}


def _on_the_terminal(installation: Installation, first: pb.Report) -> None:
    told = json.loads(installation.cli("report", "show", CITY, MONTH, "--edition", "1", "--json").stdout)
    assert int(told["figures"]["enterprises"]) == first.figures.enterprises
    assert told["edition"]["edition"] == 1
    shown = installation.cli("report", "show", CITY, MONTH, "--edition", "1").stdout
    assert all(word in shown for word in ("第 1 版，共 2 版", "新增", "变化说明：本月新增2家", "L1", "L3"))
    rows = json.loads(installation.cli("report", "list", CITY, "--month", MONTH, "--json").stdout)["rows"]
    assert [(row["state"], row["edition"]) for row in rows if row["state"]] == [("sent", 2), ("sent", 3), ("sent", 1)]
    compared = installation.cli("report", "difference", CITY, MONTH, "1", "2").stdout
    assert "减少 1 家" in compared
    again = installation.cli("report", "send", CITY, MONTH, expect=1)
    assert "已锁定" in again.stderr
