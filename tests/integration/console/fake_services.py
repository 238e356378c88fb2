# ruff: noqa: N802 – gRPC's own names
"""Registry and coverage as the console sees them, behind real gRPC: for the tests of the pages alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import grpc
from google.protobuf.struct_pb2 import Value

from proto.xianfeng.coverage.v1 import coverage_pb2 as pb
from proto.xianfeng.coverage.v1 import coverage_pb2_grpc
from proto.xianfeng.platform.v1 import operations_pb2 as ops
from proto.xianfeng.platform.v1 import operations_pb2_grpc
from proto.xianfeng.registry.v1 import accounts_pb2 as acc
from proto.xianfeng.registry.v1 import accounts_pb2_grpc, audit_pb2, audit_pb2_grpc, queries_pb2_grpc
from proto.xianfeng.registry.v1 import queries_pb2 as reg
from tests.integration.console.figures import (
    DAY,
    EVIL,
    ROOT,
    RULES,
    make_explanation,
    make_figures,
    make_row,
    make_units,
)
from xianfeng.refusal import Kind, Refused
from xianfeng.rpc.errors import DETAILS, failure_of

PASSWORD = "right-password-1"
WATCHER = "Bearer token-of-the-console"
ACCOUNTS = {
    "province": acc.Account(id="acc-1", handle="province", role="operator", unit=ROOT),
    "fresh": acc.Account(id="acc-2", handle="fresh", role="operator", unit=ROOT, must_change_password=True),
    "other": acc.Account(id="acc-3", handle="other", role="housing_authority", unit="unit-410100"),
    "firm": acc.Account(id="acc-4", handle="firm", role="enterprise", enterprise="ent-1"),
    "closed": acc.Account(id="acc-5", handle="closed", role="operator", unit=ROOT),
}
TOKENS = {WATCHER, *(f"Bearer token-{name}" for name in ACCOUNTS if name != "closed")}


class World:
    """What the services know; ``set_must_form`` changes a county and tells whoever watches it or a unit above."""

    def __init__(self) -> None:
        self.units = make_units()
        self.must_form = dict.fromkeys(self.units, 4)
        self.changed: dict[str, set[asyncio.Event]] = {}
        self.calls: list[tuple[str, dict[str, str]]] = []
        self.empty: set[str] = set()
        self.noted: list[Any] = []
        self.recalled = pb.Recollection(position=900, ready=True)

    def set_must_form(self, unit: str, value: int) -> None:
        difference = value - self.must_form[unit]
        while unit:
            self.must_form[unit] += difference
            for event in self.changed.get(unit, ()):
                event.set()
            unit = self.units[unit][1]

    def figures(self, unit: str, day: str = DAY) -> Any:
        if unit in self.empty:
            return pb.Figures(unit=self.units[unit][0], day=day)
        scale = {"province": 40, "city": 5}.get(self.units[unit][0].level, 1)
        return make_figures(self.units[unit][0], self.must_form[unit], scale, day or DAY)

    def path(self, unit: str) -> list[Any]:
        line: list[Any] = []
        while unit:
            line.insert(0, self.units[unit][0])
            unit = self.units[unit][1]
        return line

    def overview(self, unit: str, day: str = "") -> Any:
        children = [self.figures(name, day) for name, (_, parent) in self.units.items() if parent == unit]
        basis = pb.Basis(business_date=DAY, rule_set=RULES, tree_date=day or DAY)
        kept = [] if unit in self.empty else children
        return pb.OverviewResponse(
            figures=self.figures(unit, day), path=self.path(unit), children=kept, basis=basis, own=2
        )


async def refuse(context: Any, kind: Kind, message: str, reason: str = "refused") -> None:
    """Refuse as the real services do, with details."""
    status = failure_of(Refused(message, kind=kind, reason=reason)).status
    await context.abort(
        failure_of(Refused(message, kind=kind)).code, status.message, ((DETAILS, status.SerializeToString()),)
    )


async def known(world: World, request: Any, context: Any) -> str:
    """Check the token as the real services do, and the unit."""
    metadata = dict(context.invocation_metadata())
    world.calls.append((type(request).__name__, metadata))
    if metadata.get("authorization") not in TOKENS:
        await refuse(context, "unauthenticated", "请先登录")
    unit = getattr(request, "unit", "") or ROOT
    if unit not in world.units:
        await refuse(context, "unknown", f"没有找到“{unit}”这个单位")
    return unit


class FakeCoverage(coverage_pb2_grpc.CoverageServicer):
    def __init__(self, world: World) -> None:
        self._world = world

    async def Figures(self, request: Any, context: Any) -> Any:
        unit = await known(self._world, request, context)
        return pb.FiguresResponse(figures=self._world.figures(unit, request.day))

    async def Overview(self, request: Any, context: Any) -> Any:
        return self._world.overview(await known(self._world, request, context), request.day)

    async def List(self, request: Any, context: Any) -> Any:
        unit = await known(self._world, request, context)
        above = {"basis": pb.Basis(rule_set=RULES), "path": self._world.path(unit), "day": request.day or DAY}
        if request.duty == "survey":
            return pb.ListResponse(**above)
        rows = [make_row(self._world.units[unit][0])] * 3
        beside = {"before": 3, "previous_page_token": "less"} if request.page_token else {"next_page_token": "more"}
        return pb.ListResponse(rows=rows, total=6, **beside, **above)

    async def ListProjects(self, request: Any, context: Any) -> Any:
        unit = await known(self._world, request, context)
        served = pb.Named(subject="ent-1", code="914108000000000018", name=EVIL)
        rows = [
            pb.Project(subject="prj-1", name=EVIL, unit=self._world.units[unit][0], served=True, enterprise=served),
            pb.Project(subject="prj-2", name="空置小区", unit=self._world.units[unit][0]),
        ]
        path, day = self._world.path(unit), request.day or DAY
        return pb.ListProjectsResponse(rows=rows, total=2, basis=pb.Basis(rule_set=RULES), path=path, day=day)

    async def ListOrganisations(self, request: Any, context: Any) -> Any:
        unit = await known(self._world, request, context)
        members = [pb.Named(subject="ent-1", code="914108000000000018", name=EVIL)]
        row = pb.Organisation(
            subject="org-1", name="联合党支部", unit=self._world.units[unit][0], form="joint", type="branch",
            term_ends="2026-05-01", warnings=["党组织任期90日内届满"], enterprises=members,
        )  # fmt: skip
        path, day = self._world.path(unit), request.day or DAY
        return pb.ListOrganisationsResponse(rows=[row], total=1, basis=pb.Basis(rule_set=RULES), path=path, day=day)

    async def Recall(self, request: Any, context: Any) -> Any:
        await known(self._world, request, context)
        return self._world.recalled

    async def Explain(self, request: Any, context: Any) -> Any:
        await known(self._world, request, context)
        if request.enterprise not in ("914108000000000018", "ent-1"):
            await refuse(context, "unknown", f"没有找到企业“{request.enterprise}”")
        county = "unit-410802"
        answer = make_explanation(self._world.units[county][0], self._world.path(county), request.day or DAY)
        # Coverage decides who sees what; here only that the page shows what it was told.
        answer.banded = dict(context.invocation_metadata()).get("authorization") == "Bearer token-other"
        return answer

    async def Find(self, request: Any, context: Any) -> Any:
        await known(self._world, request, context)
        units = [unit for unit, _ in self._world.units.values() if request.text in unit.name]
        row = make_row(self._world.units["unit-410802"][0])
        return pb.FindResponse(units=units, enterprises=[row] if request.text in row.name + row.code else [])

    async def Watch(self, request: Any, context: Any) -> AsyncIterator[Any]:
        unit, event = await known(self._world, request, context), asyncio.Event()
        self._world.changed.setdefault(unit, set()).add(event)
        try:
            while True:
                event.clear()
                yield self._world.overview(unit)
                await event.wait()
        finally:
            self._world.changed[unit].discard(event)


class FakeAccounts(accounts_pb2_grpc.AccountsServicer):
    def __init__(self, world: World) -> None:
        self._world = world

    async def Login(self, request: Any, context: Any) -> Any:
        self._world.calls.append(("LoginRequest", dict(context.invocation_metadata())))
        account = ACCOUNTS.get(request.handle)
        if request.handle == "eager":
            await refuse(context, "unavailable", "这个账号尝试次数过多", reason="too-many-logins")
        if account is None or request.password != PASSWORD:
            await refuse(context, "unauthenticated", "账号或密码不对")
        return acc.LoginResponse(token=f"token-{request.handle}", account=account, expires="2999-01-01T00:00:00+00:00")

    async def ChangePassword(self, request: Any, context: Any) -> Any:
        await known(self._world, request, context)
        if len(request.new_password) < 12:
            await refuse(context, "invalid", "新密码太短")
        return acc.ChangePasswordResponse(token="token-fresh")


class FakeQueries(queries_pb2_grpc.QueriesServicer):
    """One organisation being formed; the account ``other`` is not told of it."""

    async def ListOrganisations(self, request: Any, context: Any) -> Any:
        if dict(context.invocation_metadata())["authorization"] == "Bearer token-other":
            await refuse(context, "denied", "本账号无权查看")
        return reg.ListResponse(rows=[reg.Row(subject="org-1", name="单独党支部")], total=1)

    async def ListAdviserPosts(self, request: Any, context: Any) -> Any:
        unit = reg.UnitName(id=ROOT, name="河南省")
        rows = [reg.AdviserPost(subject="adv-1", name="张**", kind="community", unit=unit, since="2026-01-01")]
        rows[0].looked_after.add(subject="ent-1", code="914108000000000018", name=EVIL, kind="enterprise")
        return reg.ListAdviserPostsResponse(rows=rows, total=1, day=request.day or DAY, path=[unit])

    async def GetProject(self, request: Any, context: Any) -> Any:
        facts = [
            reg.Fact(slot="households", label="户数", shown="1200", effective="2026-01-01"),
            reg.Fact(slot="served_by", label="服务企业", shown=EVIL, value=Value(string_value="ent-1")),
            reg.Fact(slot="survey.2026-02-01", label="满意度调查", value=Value(number_value=91)),
            reg.Fact(slot="joint_meeting.2026-03-01", label="联席会议", value=Value(bool_value=True)),
        ]
        unit = reg.UnitName(id=ROOT, name="河南省")
        return reg.View(subject="prj-1", kind="project", name=EVIL, unit=unit, day=request.day or DAY, facts=facts)

    async def GetOrganisation(self, request: Any, context: Any) -> Any:
        steps = [("step.requested", "组建步骤（请示）"), ("step.mobilised", "组建步骤（动员）"), ("form", "组建形式")]
        facts = [reg.Fact(slot=slot, label=label, shown="2026-03-01") for slot, label in steps]
        return reg.View(subject="org-1", name="单独党支部", facts=facts)


class FakeAudit(audit_pb2_grpc.AuditServicer):
    def __init__(self, world: World) -> None:
        self._world = world

    async def NoteView(self, request: Any, context: Any) -> Any:
        await known(self._world, request, context)
        self._world.noted.append(request)
        return audit_pb2.NoteViewResponse()


class FakeOperations(operations_pb2_grpc.OperationsServicer):
    def __init__(self, world: World, service: str) -> None:
        self._world = world
        self._service = service

    async def Status(self, request: Any, context: Any) -> Any:
        await known(self._world, request, context)
        projection = ops.ProjectionStatus(
            name="coverage",
            version=1,
            build=1,
            state="serving",
            positions={0: 120, 1: 118},
            business_date=DAY,
            held=2,
            dead_letters=3,
        )
        relay = ops.RelayStatus(leading=True, position=120, head=120)
        return ops.ServiceStatus(
            service=self._service, version="0.1.0", relay=relay, projections=[projection], clock="2026-03-31T08:00:00Z"
        )


class FakeServices:
    """Both services on one port; ``stop`` and ``start`` again on the same port play a crash."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.port = 0
        self._server: Any = None

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    async def start(self) -> None:
        server = grpc.aio.server(options=(("grpc.so_reuseport", 0),))
        coverage_pb2_grpc.add_CoverageServicer_to_server(FakeCoverage(self.world), server)
        accounts_pb2_grpc.add_AccountsServicer_to_server(FakeAccounts(self.world), server)
        queries_pb2_grpc.add_QueriesServicer_to_server(FakeQueries(), server)
        audit_pb2_grpc.add_AuditServicer_to_server(FakeAudit(self.world), server)
        operations_pb2_grpc.add_OperationsServicer_to_server(FakeOperations(self.world, "coverage"), server)
        self.port = server.add_insecure_port(f"127.0.0.1:{self.port}")
        await server.start()
        self._server = server

    async def stop(self) -> None:
        await self._server.stop(None)
