"""What auditors ask: views and exports, corrections, decisions; only of their unit, newest first, page by page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import grpc
import psycopg
import pytest

from proto.xianfeng.registry.v1 import audit_pb2 as pb
from proto.xianfeng.registry.v1 import queries_pb2
from proto.xianfeng.registry.v1.audit_pb2_grpc import AuditStub
from proto.xianfeng.registry.v1.queries_pb2_grpc import QueriesStub
from tests.integration.registry.codes import next_code
from tests.integration.registry.filling import Directory
from tests.integration.registry.running import JIAOZUO, JIEFANG, LUOYANG, NATION, RunningRegistry
from xianfeng.rpc.caller import Principal
from xianfeng.rpc.errors import describe

TODAY = date(2026, 3, 2)


@pytest.fixture(scope="module", autouse=True)
def directory(registry: RunningRegistry) -> Iterator[Directory]:
    found = Directory(registry.dsn, TODAY)
    yield found
    found.connection.close()


def audit(registry: RunningRegistry, role: str = "auditor", unit: str = JIAOZUO) -> AuditStub:
    return AuditStub(registry.channel(Principal(f"system:{role}", role, unit)))


def refused(call: Any, request: Any) -> str:
    with pytest.raises(grpc.RpcError) as raised:
        call(request, timeout=10)
    return describe(raised.value).code


def test_a_view_is_noted_for_the_auditors_of_its_unit_alone(registry: RunningRegistry, directory: Directory) -> None:
    for rows in (3, 4, 5):
        request = pb.NoteViewRequest(action="export", what="list", unit="410802", rows=rows)
        audit(registry, "community", JIEFANG).NoteView(request)
    adviser = registry.ask("AppointAdviser", kind="community", unit=JIEFANG, name="张建国").subject
    directory.fill(TODAY)
    holder = QueriesStub(registry.channel(Principal("system:community", "community", JIEFANG)))
    secret = holder.GetAdviser(queries_pb2.GetRequest(ref=adviser)).holder.holder
    holder.RevealHolder(queries_pb2.RevealRequest(holder=secret, reason="通知开会"))

    first = audit(registry).ListViews(pb.AuditRequest(page_size=2))
    assert [(view.action, view.rows) for view in first.views] == [("export", 5), ("export", 4)]
    assert (first.views[0].account, first.views[0].unit.name) == ("system:community", "解放区")
    rest = audit(registry).ListViews(pb.AuditRequest(page_size=3, page_token=first.next_page_token))
    assert [(view.action, view.rows, view.reason) for view in rest.views] == [
        ("export", 3, ""),
        ("reveal", 1, "通知开会"),
    ]
    assert rest.next_page_token == ""
    assert not audit(registry, unit=LUOYANG).ListViews(pb.AuditRequest()).views
    assert len(audit(registry, unit=NATION).ListViews(pb.AuditRequest()).views) == 4
    assert refused(audit(registry, "community", JIEFANG).ListViews, pb.AuditRequest()) == "PERMISSION_DENIED"
    assert refused(audit(registry).ListViews, pb.AuditRequest(unit="410300")) == "PERMISSION_DENIED"


def test_the_log_of_views_is_only_added_to(registry: RunningRegistry) -> None:
    audit(registry).NoteView(pb.NoteViewRequest(action="print", what="report"))
    for change in ("update view_log set rows = 0", "delete from view_log", "delete from reveal_log"):
        with pytest.raises(psycopg.errors.RaiseException):
            registry.rows(change)
    assert refused(audit(registry).NoteView, pb.NoteViewRequest(action="delete", what="x")) == "INVALID_ARGUMENT"
    assert refused(audit(registry).NoteView, pb.NoteViewRequest(action="view", what="党")) == "INVALID_ARGUMENT"


def test_corrections_and_decisions_with_their_reasons(registry: RunningRegistry, directory: Directory) -> None:
    code = next_code()
    subject = registry.ask("RegisterEnterprise", code=code, name="更正物业", unit=JIEFANG).subject
    wrong = registry.ask("CountMembers", enterprise=code, formal=5).events[0]
    meta = {"correction_of": wrong, "correction_reason": "把预备党员算进去了"}
    registry.ask("CountMembers", enterprise=code, formal=2, meta=meta)
    mass = registry.ask("FormMassOrganisation", enterprise=code, kind="union").events[0]
    registry.ask("VoidFact", subject=subject, event=mass, reason="记错企业")
    registry.ask("ProposeScope", enterprise=code, in_scope=False, reason="other", evidence="现场核实")
    directory.fill(TODAY)

    corrections = audit(registry).ListCorrections(pb.AuditRequest()).facts
    assert [(fact.reason, fact.wrong) for fact in corrections] == [("记错企业", mass), ("把预备党员算进去了", wrong)]
    assert (corrections[1].name, corrections[1].unit.name, "正式党员人数：2" in corrections[1].shown) == (
        "更正物业", "解放区", True,
    )  # fmt: skip
    (decision,) = audit(registry).ListDecisions(pb.AuditRequest()).facts
    assert ("现场核实" in decision.shown, decision.reason, decision.code) == (True, "", code)
    one = audit(registry).ListCorrections(pb.AuditRequest(page_size=1))
    two = audit(registry).ListCorrections(pb.AuditRequest(page_size=1, page_token=one.next_page_token))
    assert [fact.wrong for fact in (*one.facts, *two.facts)] == [mass, wrong]
    assert not audit(registry, unit=LUOYANG).ListCorrections(pb.AuditRequest()).facts
    for token in ("?", "-1", "9" * 30):
        assert refused(audit(registry).ListCorrections, pb.AuditRequest(page_token=token)) == "INVALID_ARGUMENT"
        assert refused(audit(registry).ListViews, pb.AuditRequest(page_token=token)) == "INVALID_ARGUMENT"
