"""Work lists: what waits for an office at its unit, the oldest first, until it was settled."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import grpc
import pytest

from proto.xianfeng.registry.v1 import work_pb2 as pb
from proto.xianfeng.registry.v1.work_pb2_grpc import WorkStub
from tests.integration.registry.codes import next_code
from tests.integration.registry.filling import Directory
from tests.integration.registry.running import JIAOZUO, JIEFANG, LUOYANG, MINSHENG, SHANYANG, RunningRegistry
from xianfeng.rpc.caller import Principal
from xianfeng.rpc.errors import describe

TODAY = date(2026, 3, 2)
Told = list[tuple[str, str]]


class Desk:
    """An office of a unit: it sends commands, and looks at its lists as the directory then has them."""

    def __init__(self, registry: RunningRegistry, directory: Directory) -> None:
        self._registry, self._directory = registry, directory

    def ask(self, command: str, *, housing_of: str = "", **fields: Any) -> Any:
        """As the administrator of the nation, or as the housing authority of a unit."""
        housing = Principal("system:housing", "housing_authority", housing_of)
        return self._registry.ask(command, stub=self._registry.stub(housing) if housing_of else None, **fields)

    def enterprise(self, name: str, unit: str, **meta: Any) -> str:
        found: str = self.ask("RegisterEnterprise", code=next_code(), name=name, unit=unit, meta=meta).subject
        return found

    def work(self, role: str = "housing_authority", unit: str = JIEFANG) -> WorkStub:
        self._directory.fill(TODAY)
        return WorkStub(self._registry.channel(Principal(f"system:{role}", role, unit)))

    def waits(self, name: str, unit: str = JIEFANG) -> Told:
        answer = self.work(unit=unit).List(pb.WorkListRequest(list=name, page_size=100))
        assert answer.total == len(answer.items)
        return [(item.name, item.kind + (f".{item.part}" if item.part else "")) for item in answer.items]


@pytest.fixture(scope="module")
def desk(registry: RunningRegistry) -> Iterator[Desk]:
    directory = Directory(registry.dsn, TODAY)
    yield Desk(registry, directory)
    directory.connection.close()


def refused(call: Any, request: Any) -> tuple[str, list[str]]:
    with pytest.raises(grpc.RpcError) as raised:
        call(request, timeout=10)
    told = describe(raised.value)
    return told.code, [violation.field for violation in told.violations]


def test_what_registers_bring_waits_until_an_office_has_looked(desk: Desk) -> None:
    new, seen = desk.enterprise("甲新登记", JIEFANG), desk.enterprise("乙已核实", MINSHENG)
    desk.ask("CountMembers", enterprise=seen, formal=1)
    desk.ask("RenameEnterprise", enterprise=new, name="甲新登记二")
    assert desk.waits("confirm") == [("甲新登记二", "new")]
    desk.ask("ConfirmEnterprise", enterprise=new, housing_of=JIEFANG)
    assert desk.ask("ConfirmEnterprise", enterprise=new).unchanged
    assert desk.waits("confirm") == []
    desk.ask("PlaceEnterprise", enterprise=seen, unit=SHANYANG)
    assert desk.waits("confirm", SHANYANG) == [("乙已核实", "moved")]
    desk.ask("MergeEnterprise", enterprise=new, into=seen, reason="重复登记")
    assert desk.waits("confirm") == [("甲新登记二", "merged")]
    desk.ask("ConfirmEnterprise", enterprise=new)
    desk.ask("CountMembers", enterprise=seen, formal=2)
    assert (desk.waits("confirm"), desk.waits("confirm", SHANYANG)) == ([], [])


def test_the_unplaced_of_a_city_are_claimed_by_a_county(desk: Desk) -> None:
    firm = desk.enterprise("待落位物业", JIAOZUO)
    assert desk.waits("unplaced") == desk.waits("unplaced", JIAOZUO) == [("待落位物业", "unplaced")]
    desk.ask("ProposeTransfer", enterprise=firm, to_unit=JIEFANG, housing_of=JIEFANG)
    desk.ask("AcceptTransfer", enterprise=firm, housing_of=JIAOZUO)
    assert desk.waits("unplaced") == []


def test_a_firm_from_elsewhere_that_serves_here_is_shown_until_it_is_a_working_units(desk: Desk) -> None:
    firm = desk.enterprise("外来物业", SHANYANG)
    project = desk.ask("RegisterProject", name="锦绣花园", unit=MINSHENG).subject
    desk.ask("StartService", project=project, enterprise=firm)
    assert desk.waits("outside") == [("外来物业", "outside")]
    assert desk.waits("outside", SHANYANG) == []
    desk.ask("AddWorkingUnit", enterprise=firm, unit=JIEFANG, housing_of=JIEFANG)
    assert desk.waits("outside") == []


def test_only_the_two_sides_say_where_a_firm_works(desk: Desk) -> None:
    firm = desk.enterprise("两地物业", SHANYANG)
    for command in ("AddWorkingUnit", "RemoveWorkingUnit"):
        with pytest.raises(grpc.RpcError) as raised:
            desk.ask(command, enterprise=firm, unit=JIEFANG, housing_of=LUOYANG)
        assert describe(raised.value).reason == "outside-unit"
    desk.ask("AddWorkingUnit", enterprise=firm, unit=JIEFANG, housing_of=SHANYANG)
    desk.ask("RemoveWorkingUnit", enterprise=firm, unit=JIEFANG, housing_of=JIEFANG)


def test_an_organisation_of_a_firm_that_is_gone_is_to_be_settled(desk: Desk) -> None:
    firm = desk.enterprise("注销物业", JIEFANG)
    joint = desk.ask("OpenOrganisation", name="联合党支部", form="joint", unit=JIEFANG).subject
    desk.ask("RecordStep", organisation=joint, step="approved", on="2026-01-05", number="1号")
    desk.ask("JoinOrganisation", enterprise=firm, organisation=joint)
    assert desk.waits("to_settle") == []
    desk.ask("ChangeRegistryStatus", enterprise=firm, registry_status="deregistered")
    assert desk.waits("to_settle") == [("注销物业", f"to_settle.membership.{joint}")]
    desk.ask("LeaveOrganisation", enterprise=firm, organisation=joint)
    assert desk.waits("to_settle") == []


def test_filings_verifications_and_terms(desk: Desk) -> None:
    firm = desk.enterprise("报备物业", MINSHENG)
    desk.ask("FileYear", enterprise=firm, year=2026, organisation_formed=False)
    assert desk.waits("filing") == [("报备物业", "filing.2026")]
    desk.ask("AcceptFiling", enterprise=firm, year=2026)
    assert desk.waits("filing") == []
    desk.ask("CountMembers", enterprise=firm, formal=2)
    desk.ask("CountMembers", enterprise=firm, formal=3, source="declared")
    assert desk.waits("verification") == [("报备物业", "verification.formal")]
    desk.ask("AppointAdviser", kind="community", unit=MINSHENG, name="张建国", until="2026-04-30")
    desk.ask("AppointAdviser", kind="community", unit=MINSHENG, name="李明", until="2027-04-30")
    answer = desk.work("community", MINSHENG).Overview(pb.WorkRequest(lists=["advisers", "verification"], first=5))
    advisers, verification = answer.lists
    assert [(item.name, item.until, item.subject_kind) for item in advisers.items] == [
        ("张**", "2026-04-30", "adviser")
    ]
    assert (advisers.total, verification.total, answer.day) == (1, 1, "2026-03-02")


def test_pages_go_on_where_the_last_one_ended(desk: Desk) -> None:
    for number in range(5):
        desk.enterprise(f"分页{number}", SHANYANG, effective=f"2026-01-0{5 - number}")
    work, token, names = desk.work(unit=SHANYANG), "", list[str]()
    while True:
        page = work.List(pb.WorkListRequest(list="confirm", page_size=2, page_token=token))
        names += [item.name for item in page.items]
        token = page.next_page_token
        if not token:
            break
    assert [name for name in names if name.startswith("分页")] == [f"分页{n}" for n in (4, 3, 2, 1, 0)]
    assert len(names) == page.total


def test_what_cannot_be_asked_is_refused(desk: Desk) -> None:
    work = desk.work()
    assert refused(work.List, pb.WorkListRequest(list="everything")) == ("INVALID_ARGUMENT", ["list"])
    assert refused(work.Overview, pb.WorkRequest(lists=["x"])) == ("INVALID_ARGUMENT", ["lists"])
    assert refused(work.List, pb.WorkListRequest(list="confirm", page_token="?"))[0] == "INVALID_ARGUMENT"
    assert refused(work.List, pb.WorkListRequest(list="confirm", unit="410811"))[0] == "PERMISSION_DENIED"
    assert refused(desk.work("enterprise").List, pb.WorkListRequest(list="confirm"))[0] == "PERMISSION_DENIED"
