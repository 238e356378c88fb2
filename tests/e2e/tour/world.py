"""What the tour visits: in an invented province, one street with a case of each kind."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from proto.xianfeng.coverage.v1 import reports_pb2 as made
from proto.xianfeng.coverage.v1.reports_pb2_grpc import ReportsStub
from proto.xianfeng.registry.v1 import reports_pb2 as kept
from proto.xianfeng.registry.v1.reports_pb2_grpc import ReportsStub as KeptStub
from tests.e2e.office import Office, codes
from tests.e2e.tour.handed_in import hand_in

__all__ = ["MONTH", "NEIGHBOUR", "REASON", "World", "settle"]

CITY, COUNTY, STREET = "410100", "410105", "410105003"
SIBLING, SIBLING_STREET = "410103", "410103010"
MONTH = "2026-02"
KNOWN_AT = "2026-02-28T18:00:00+08:00"
FIRM, NEIGHBOUR = "郑州云栖物业服务有限公司（演示）", "郑州邻里物业服务有限公司（演示）"
WAITING, LOST, DISPUTED, BUSY = (f"郑州{word}物业服务有限公司（演示）" for word in ("待建", "待落", "核数", "诸事"))
DECIDED, MERGED = (f"郑州{word}物业服务有限公司（演示）" for word in ("缓办", "重名"))
# The only enterprise of which this is said: its own account must not read it anywhere.
REASON = "investor_unwilling"


@dataclass
class World:
    """Subjects by what they are in the story; units as accounts bear them."""

    city: str
    county: str
    street: str
    sibling: str
    sibling_street: str
    code: str = ""
    enterprise: str = ""
    neighbour: str = ""
    waiting: str = ""
    busy: str = ""
    organisation: str = ""
    project: str = ""
    adviser: str = ""
    committee: str = ""
    decided: str = ""
    merged: str = ""
    bare: str = ""
    file: str = ""
    event: str = ""


def settle(office: Office) -> World:
    """Make the street; two of its enterprise's members are formal, so that neighbours see a band."""
    units = (
        str(office.query("GetUnit", ref=code)["subject"]) for code in (CITY, COUNTY, STREET, SIBLING, SIBLING_STREET)
    )
    world, new = World(*units), codes(105)
    world.code = next(new)
    world.enterprise = _enterprise(office, world.code, FIRM)
    world.neighbour = _enterprise(office, next(new), NEIGHBOUR)
    _covered(office, world)
    _project(office, world)
    _matters(office, world, new)
    _busy(office, world, next(new))
    _settled(office, world, new)
    office.settle()
    _report(office)
    waiting = office.query("GetEnterprise", ref=world.waiting)["code"]
    # So that nobody meets the page that says how far it is.
    office.until(lambda: office.ask("Recall", known_at=KNOWN_AT)["ready"], "what was known then")
    world.file = hand_in(office, COUNTY, {(world.code, "正式党员"): 3, (waiting, "正式党员"): "三个"})
    return world


def _enterprise(office: Office, code: str, name: str, unit: str = STREET) -> str:
    made = office.do("RegisterEnterprise", code=code, name=name, unit=unit, address="河南省郑州市金水区人民路1号")
    return str(made["subject"])


def _covered(office: Office, world: World) -> None:
    """A joint organisation, an adviser, and the year's filing."""
    count = office.do("CountMembers", enterprise=world.enterprise, formal=2, source="community_verified")
    world.event = count["events"][0]
    office.do("AddWorkingUnit", enterprise=world.enterprise, unit=SIBLING)
    office.do("StateUncoveredReason", enterprise=world.enterprise, reason=REASON)
    opened = office.do("OpenOrganisation", name="人民路街道物业联合党支部（演示）", form="joint", unit=STREET)
    world.organisation = opened["subject"]
    _approve(office, world.organisation, "金人街〔2026〕3号")
    office.do("JoinOrganisation", enterprise=world.neighbour, organisation=world.organisation)
    posted = office.do("AppointAdviser", kind="community", unit=STREET, name="王演示", phone="0371-60000000")
    world.adviser = posted["subject"]
    office.do("AssignAdviser", enterprise=world.enterprise, adviser=world.adviser)
    office.do("AssignAdviser", enterprise=world.neighbour, adviser=world.adviser)
    # The invented province has one there, and a unit has one at most.
    world.committee = office.query("ListCommittees", unit=COUNTY)["rows"][0]["subject"]
    office.do(
        "FileYear", enterprise=world.neighbour, year=2026, organisation_formed=True, set_up="人民路街道物业联合党支部"
    )


def _approve(office: Office, organisation: str, number: str) -> None:
    office.do("RecordStep", organisation=organisation, step="approved", on="2026-03-05", number=number)


def _project(office: Office, world: World) -> None:
    world.project = office.do("RegisterProject", name="云栖花园（演示）", unit=STREET, households=860)["subject"]
    office.do("StartService", project=world.project, enterprise=world.enterprise)
    office.do("DecideProjectClass", project=world.project, project_class="served_well", reason="服务平稳")
    branch = office.do(
        "OpenOrganisation",
        name="云栖花园项目党支部（演示）",
        form="own",
        covers="projects",
        of=world.project,
        unit=STREET,
    )["subject"]
    _approve(office, branch, "金人街〔2026〕4号")
    office.do("RecordJointMeeting", project=world.project, on="2026-03-03", topic="绿化改造")
    office.do("RecordSurvey", project=world.project, on="2026-03-04", satisfied=91)


def _matters(office: Office, world: World, new: Iterator[str]) -> None:
    """What waits for somebody: a proposal, two counts that differ, an enterprise without a county."""
    world.waiting = _enterprise(office, next(new), WAITING)
    office.do("CountMembers", enterprise=world.waiting, formal=4, source="community_verified")
    office.do("ProposeNotReady", enterprise=world.waiting, reason="组织关系正在转入", review_date="2026-09-30")
    disputed = _enterprise(office, next(new), DISPUTED)
    office.do("CountMembers", enterprise=disputed, formal=2, source="community_verified")
    office.do("CountMembers", enterprise=disputed, formal=5, source="declared")
    _enterprise(office, next(new), LOST, CITY)


def _busy(office: Office, world: World, code: str) -> None:
    """One enterprise with so much open that nearly every form makes sense for it."""
    world.busy = firm = _enterprise(office, code, BUSY)
    office.do("CountMembers", enterprise=firm, formal=2, source="community_verified")
    office.do("CountMembers", enterprise=firm, formal=4, source="declared")
    office.do("AddWorkingUnit", enterprise=firm, unit=SIBLING_STREET)
    office.do("JoinOrganisation", enterprise=firm, organisation=world.organisation)
    office.do("AssignAdviser", enterprise=firm, adviser=world.adviser)
    office.do("FormMassOrganisation", enterprise=firm, kind="union")
    office.do("PlanRecruiting", enterprise=firm, until="2026-12-31")
    office.do("ProposeNotReady", enterprise=firm, reason="组织关系正在转入", review_date="2026-09-30")
    office.do(
        "ProposeScope", enterprise=firm, in_scope=False, reason="other", evidence="拟迁出", review_date="2026-09-30"
    )
    office.do("ProposeTransfer", enterprise=firm, to_unit=SIBLING_STREET, reason="已迁至二七区经营")
    office.do("FileYear", enterprise=firm, year=2026, organisation_formed=True, set_up="联合党支部")


def _settled(office: Office, world: World, new: Iterator[str]) -> None:
    """What was decided, merged or appointed already, and a project that nobody covers."""
    world.decided, world.merged = _enterprise(office, next(new), DECIDED), _enterprise(office, next(new), MERGED)
    office.do("CountMembers", enterprise=world.decided, formal=3, source="community_verified")
    office.do("AssignAdviser", enterprise=world.decided, adviser=world.adviser)
    office.do("ProposeNotReady", enterprise=world.decided, reason="组织关系正在转入", review_date="2026-09-30")
    office.do("ConfirmNotReady", enterprise=world.decided)
    office.do("MergeEnterprise", enterprise=world.merged, into=world.neighbour, reason="重复登记")
    office.do("AppointSecretary", organisation=world.organisation, name="李演示", phone="0371-60000001")
    office.do("AssignProjectAdviser", project=world.project, adviser=world.adviser)
    office.do("FormOwnersCommittee", project=world.project, people=7, members=3, term_ends="2028-12-31")
    world.bare = office.do("RegisterProject", name="新悦小区（演示）", unit=STREET, households=320)["subject"]
    office.do("StartService", project=world.bare, enterprise=world.enterprise)


def _report(office: Office) -> None:
    """The street has sent last month's report; the county sent it back, and it was sent again."""
    reports = KeptStub(office.registry)
    _send(office, "本月无新增")
    back = kept.ReturnReportRequest(command_id=str(uuid.uuid4()), unit=STREET, month=MONTH, reason="请核对项目数")
    reports.Return(back, timeout=30)
    _send(office, "已核对，本月无新增")


def _send(office: Office, note: str) -> None:
    answer: Any = ReportsStub(office.coverage).Make(made.MakeReportRequest(unit=STREET, month=MONTH), timeout=30)
    request = kept.SendReportRequest(
        command_id=str(uuid.uuid4()), content=answer.content, seal=answer.seal, notes=[note]
    )
    KeptStub(office.registry).Send(request, timeout=30)
