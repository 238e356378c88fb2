"""Monthly reports at registry: who may send and return, what locks what, and editions that never change."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any
from uuid import uuid4

import grpc
import psycopg
import pytest

from proto.xianfeng.coverage.v1.coverage_pb2 import Figures, Unit
from proto.xianfeng.coverage.v1.reports_pb2 import Report
from proto.xianfeng.registry.v1 import reports_pb2 as pb
from proto.xianfeng.registry.v1.reports_pb2_grpc import ReportsStub
from services.registry.reports.content import FRESH
from services.registry.reports.servicer import REPORT_SEAL
from tests.integration.registry.running import (
    JIAOZUO,
    JIEFANG,
    LUOYANG,
    MINSHENG,
    NATION,
    SHANYANG,
    RunningRegistry,
)
from xianfeng.rpc.caller import Principal
from xianfeng.rpc.errors import describe
from xianfeng.seal import Seal

SEAL = Seal(b"s" * 32, REPORT_SEAL)
ROLE = "housing_authority"
MONTHS = iter(f"{year}-{month:02}" for year in range(2000, 2026) for month in range(1, 13))


def figures(unit: str, enterprises: int, level: str = "county") -> Figures:
    counts = {"own": enterprises, "joint": 0, "regional": 0, "industry": 0, "grid": 0, "work": 0, "none": 0}
    return Figures(
        unit=Unit(id=unit, name=unit[-4:], level=level),
        registered=enterprises,
        enterprises=enterprises,
        by_status=counts,
    )


def report(registry: RunningRegistry, unit: str, month: str, below: dict[str, int], level: str = "county") -> Report:
    return Report(
        unit=Unit(id=unit, level="city"), month=month, cutoff=f"{month}-28", made=registry.clock.now().isoformat(),
        figures=figures(unit, sum(below.values()) or 7), children=[figures(one, n, level) for one, n in below.items()],
    )  # fmt: skip


class Office:
    """One account's calls."""

    def __init__(self, registry: RunningRegistry, unit: str, role: str = ROLE) -> None:
        self.registry = registry
        self.stub = ReportsStub(registry.channel(Principal(f"system:{unit[-8:]}", role, unit)))

    def send(self, made: Report, *notes: str, seal: bytes | None = None, command: str = "") -> pb.ReportReceipt:
        content = made.SerializeToString(deterministic=True)
        request = pb.SendReportRequest(
            command_id=command or str(uuid4()),
            content=content,
            seal=SEAL.of(content) if seal is None else seal,
            notes=notes,
        )
        return self.stub.Send(request, timeout=20)

    def give_back(self, unit: str, month: str, method: str = "Return") -> pb.ReportReceipt:
        request = pb.ReturnReportRequest(command_id=str(uuid4()), unit=unit, month=month, reason="请核对")
        return getattr(self.stub, method)(request, timeout=20)

    def open(self, unit: str, month: str, edition: int = 0) -> pb.ReportEdition:
        return self.stub.Open(pb.OpenReportRequest(unit=unit, month=month, edition=edition), timeout=20)

    def asked(self, made: Report, month: str) -> pb.UnexplainedResponse:
        request = pb.UnexplainedRequest(
            unit=made.unit.id, month=month, figures=made.figures, before=made.before, before_day=made.before_day,
            children=made.children,
        )  # fmt: skip
        return self.stub.Unexplained(request, timeout=20)

    def unexplained(self, made: Report, month: str) -> list[pb.UnexplainedChange]:
        return list(self.asked(made, month).changes)

    def rows(self, unit: str, month: str = "") -> list[pb.ReportRow]:
        return list(self.stub.List(pb.ListReportsRequest(unit=unit, month=month), timeout=20).rows)


@pytest.fixture
def month() -> str:
    return next(MONTHS)


def refusal(call: Any) -> str:
    with pytest.raises(grpc.RpcError) as caught:
        call()
    return describe(caught.value).reason


def test_children_first_then_the_unit_and_a_new_edition_after_a_return(registry: RunningRegistry, month: str) -> None:
    county, city = Office(registry, JIEFANG), Office(registry, JIAOZUO)
    above = report(registry, JIAOZUO, month, {JIEFANG: 4, SHANYANG: 3})
    assert refusal(lambda: city.send(above)) == "report-below"
    assert county.send(report(registry, JIEFANG, month, {}), "新增1家").edition == 1
    assert refusal(lambda: city.send(above)) == "report-below"
    assert city.give_back(SHANYANG, month, "Excuse").state == "excused"

    assert city.give_back(JIEFANG, month).state == "returned"
    assert refusal(lambda: city.send(above)) == "report-below"
    assert county.send(report(registry, JIEFANG, month, {})).edition == 2

    assert list(city.asked(above, month).warnings) == [f"{JIEFANG[-4:]}：报送应统计 7 家，现在为 4 家"]
    sent = city.send(above)
    assert (sent.state, sent.edition) == ("sent", 1)
    assert [warning for warning in sent.warnings if "7" in warning and "4" in warning]
    assert refusal(lambda: city.give_back(JIEFANG, month)) == "report-sent-above"
    assert [(row.state, row.edition) for row in city.rows(JIAOZUO, month)] == [("sent", 1), ("sent", 2), ("excused", 0)]
    assert [row.month for row in county.rows(JIEFANG) if row.month == month] == [month]


def test_sent_is_locked_and_only_from_above_it_comes_back(registry: RunningRegistry, month: str) -> None:
    county, city = Office(registry, JIEFANG), Office(registry, JIAOZUO)
    made = report(registry, JIEFANG, month, {})
    assert refusal(lambda: city.send(made)) == "report-not-own"
    assert refusal(lambda: city.give_back(JIEFANG, month)) == "report-not-sent"
    county.send(made)
    assert refusal(lambda: county.send(made)) == "report-locked"
    assert refusal(lambda: county.give_back(JIEFANG, month)) == "report-from-above"
    assert refusal(lambda: Office(registry, LUOYANG).give_back(JIEFANG, month)) == "outside-unit"
    assert refusal(lambda: Office(registry, LUOYANG).open(JIEFANG, month)) == "outside-unit"


def test_editions_stay_as_they_were_sent(registry: RunningRegistry, month: str) -> None:
    county, city = Office(registry, JIEFANG), Office(registry, JIAOZUO)
    first, second = report(registry, JIEFANG, month, {}), report(registry, JIEFANG, month, {})
    second.figures.enterprises += 1
    county.send(first, "第一版")
    city.give_back(JIEFANG, month)
    county.send(second, "更正1家")
    one, two, last = (city.open(JIEFANG, month, edition) for edition in (1, 2, 0))
    assert (one.content, list(one.notes)) == (first.SerializeToString(deterministic=True), ["第一版"])
    assert two.content == second.SerializeToString(deterministic=True)
    assert last == two
    assert (one.digest, one.last) == (hashlib.sha256(one.content).hexdigest(), 2)
    assert refusal(lambda: city.open(JIEFANG, month, 3)) == "report-no-edition"
    with psycopg.connect(registry.dsn, autocommit=True) as connection:
        for statement in ("update report_edition set notes = '{}'", "delete from report_edition"):
            with pytest.raises(psycopg.errors.RaiseException):
                connection.execute(statement)
    assert city.open(JIEFANG, month, 1) == one


def test_only_what_coverage_made_can_be_sent_and_only_soon(registry: RunningRegistry, month: str) -> None:
    county = Office(registry, JIEFANG)
    made = report(registry, JIEFANG, month, {})
    for seal in (b"", b"x" * 32, SEAL.of(b"another"), Seal(b"k" * 32, REPORT_SEAL).of(made.SerializeToString())):
        assert refusal(lambda seal=seal: county.send(made, seal=seal)) == "report-seal"
    made.made = (registry.clock.now() - FRESH - timedelta(seconds=1)).isoformat()
    assert refusal(lambda: county.send(made)) == "report-stale"
    today = registry.clock.today()
    early = report(registry, JIEFANG, month, {})
    early.cutoff = today.isoformat()
    assert refusal(lambda: county.send(early)) == "report-early"
    assert county.rows(JIEFANG, month)[0].state == ""


def test_the_same_command_again_gives_the_same_answer(registry: RunningRegistry, month: str) -> None:
    county, made = Office(registry, JIEFANG), report(registry, JIEFANG, month, {})
    first, again = (county.send(made, command=f"send-{month}-1") for _ in range(2))
    assert (first.edition, again.edition, again.repeated) == (1, 1, True)
    assert registry.rows("select count(*) from report_edition where subject = %s", first.subject) == [(1,)]


def test_what_moved_far_goes_up_with_a_word_on_why(registry: RunningRegistry, month: str) -> None:
    county, made = Office(registry, JIEFANG), report(registry, JIEFANG, month, {})
    made.before.CopyFrom(figures(JIEFANG, 1))
    (registered, enterprises, own) = county.unexplained(made, month)
    assert [one.reason for one in (registered, enterprises, own)] == ["large"] * 3
    assert (enterprises.label, enterprises.before, enterprises.now) == ("应统计", 1, 7)
    with pytest.raises(grpc.RpcError) as caught:
        county.send(made)
    told = describe(caught.value)
    assert (told.reason, told.code, "登记、应统计、单独组建" in told.message) == (
        "report-unexplained", "INVALID_ARGUMENT", True,
    )  # fmt: skip
    assert county.send(made, "接收相邻区移交6家").edition == 1


def test_last_month_counted_otherwise_than_it_was_sent_is_explained(registry: RunningRegistry) -> None:
    county, first, second = Office(registry, JIEFANG), next(MONTHS), next(MONTHS)
    county.send(report(registry, JIEFANG, first, {}))
    made = report(registry, JIEFANG, second, {})
    made.before.CopyFrom(figures(JIEFANG, 8))
    made.before_day = f"{first}-28"
    found = county.unexplained(made, second)
    assert {(one.figure, one.reason, one.before, one.now, one.edition) for one in found} == {
        (name, "restated", 7, 8, 1) for name in ("registered", "enterprises", "own")
    }
    assert refusal(lambda: county.send(made)) == "report-unexplained"
    assert county.send(made, "上月报送后补记1家").edition == 1
    made.before_day = f"{first}-25"
    assert county.unexplained(made, second) == []


def test_at_the_top_the_unit_takes_back_its_own(registry: RunningRegistry, month: str) -> None:
    top = Office(registry, NATION)
    top.send(report(registry, NATION, month, {}))
    assert top.stub.List(pb.ListReportsRequest(unit=NATION, month=month), timeout=20).top
    assert top.give_back(NATION, month).state == "returned"
    assert refusal(lambda: top.give_back(NATION, month, "Excuse")) == "report-top"
    assert top.send(report(registry, NATION, month, {})).edition == 2
    assert not Office(registry, JIAOZUO).stub.List(pb.ListReportsRequest(unit=JIAOZUO, month=month), timeout=20).top


def test_communities_are_not_asked_and_notes_hold_no_telephone(registry: RunningRegistry, month: str) -> None:
    street = Office(registry, MINSHENG)
    made = report(registry, MINSHENG, month, {SHANYANG: 2}, level="community")
    with pytest.raises(grpc.RpcError) as caught:
        street.send(made, "请联系13812345678")
    assert describe(caught.value).code == "INVALID_ARGUMENT"
    assert street.send(made, "本月无变化").edition == 1


def test_the_event_says_the_figures_and_the_digest(registry: RunningRegistry, month: str) -> None:
    Office(registry, JIEFANG).send(report(registry, JIEFANG, month, {}), "新增1家")
    [(state,)] = registry.rows("select state from registry_events order by notification_id desc limit 1")
    assert b'"report.sent.v1"' in bytes(state)
    assert b'"enterprises":7' in bytes(state)
    assert b"name" not in bytes(state)
