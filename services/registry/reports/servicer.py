"""The gRPC face of reports: sending, sending back, and opening what was sent."""

from __future__ import annotations

import asyncio
import re
import zlib
from collections.abc import Callable
from typing import Annotated, Any, Protocol

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from proto.xianfeng.registry.v1 import reports_pb2 as pb
from proto.xianfeng.registry.v1.reports_pb2_grpc import ReportsServicer as Base
from services.registry.application import Application
from services.registry.commands.desk import Desk
from services.registry.commands.report import differs, excuse_report, return_report, send_report
from services.registry.domain.explaining import unexplained
from services.registry.domain.report import Report, month_before
from services.registry.domain.words import refuse
from services.registry.events.base import FreeText, Name
from services.registry.events.report import MONTH, Month
from services.registry.grpc import fields_of
from services.registry.queries.request import Trees, read_unit
from services.registry.reports.content import read_edition, reported
from services.registry.reports.keeping import (
    Standing,
    find_edition,
    find_sent,
    find_standing,
    keep_edition,
    keep_state,
    states,
)
from xianfeng.rpc.caller import Principal, principal
from xianfeng.seal import Seal
from xianfeng.store.pool import Pool
from xianfeng.telemetry import correlation

__all__ = ["REPORT_SEAL", "ReportsServicer"]

REPORT_SEAL = "report"
"""The purpose of coverage's seal on a report."""

_MOST_EDITIONS = 1_000_000
CommandId = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z._:-]{8,64}$")]
Notes = Annotated[tuple[Annotated[FreeText, Field(min_length=1)], ...], Field(max_length=20)]


class _Send(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    command_id: CommandId
    content: bytes = b""
    seal: bytes = b""
    notes: Notes = ()


class _Return(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    command_id: CommandId
    unit: str = ""
    month: Month
    reason: Name


class _FromAbove(Protocol):
    """Sending back or excusing; `top`: nobody is above the unit in this deployment."""

    def __call__(self, desk: Desk, unit: str, month: str, reason: str, *, top: bool) -> Report: ...


class ReportsServicer(Base):
    """`key`: the installation's, under which coverage seals what it makes."""

    def __init__(self, application: Application, pool: Pool, trees: Trees, key: bytes) -> None:
        self._application = application
        self._pool = pool
        self._trees = trees
        self._clock = application.clock
        self._seal = Seal(key, REPORT_SEAL)

    async def Send(self, request: pb.SendReportRequest, context: Any) -> pb.ReportReceipt:  # noqa: N802
        asked, caller = _Send.model_validate(fields_of(request)), principal()
        edition = read_edition(asked.content, asked.seal, asked.notes, self._seal, self._clock)
        packed = await asyncio.to_thread(zlib.compress, asked.content)

        def decide(desk: Desk) -> dict[str, Any]:
            report = send_report(desk, edition)
            keep_edition(desk.session, report, edition, packed, actor=caller.account)
            keep_state(desk.session, report, edition.unit, edition.month, actor=caller.account)
            return _receipt(desk, report)

        return await self._decide(asked.command_id, caller, decide)

    async def Return(self, request: pb.ReturnReportRequest, context: Any) -> pb.ReportReceipt:  # noqa: N802
        return await self._from_above(request, return_report)

    async def Excuse(self, request: pb.ReturnReportRequest, context: Any) -> pb.ReportReceipt:  # noqa: N802
        return await self._from_above(request, excuse_report)

    async def List(self, request: pb.ListReportsRequest, context: Any) -> pb.ListReportsResponse:  # noqa: N802
        tree = self._trees.on(self._clock.today())
        unit, month = read_unit(tree, request.unit, principal(), "unit"), request.month and _month(request.month)
        units = [unit, *tree.children(unit)] if month else [unit]
        async with self._pool.connection() as connection:
            found = await states(connection, units, month)
        if month:
            known = {one.unit: one for one in found}
            found = [known.get(one) or Standing(one, month, "", 0, "", "", "") for one in units]
        rows = [pb.ReportRow(unit_name=tree.name(one.unit), **one._asdict()) for one in found]
        return pb.ListReportsResponse(rows=rows, top=unit == tree.root)

    async def Open(self, request: pb.OpenReportRequest, context: Any) -> pb.ReportEdition:  # noqa: N802
        unit = read_unit(self._trees.on(self._clock.today()), request.unit, principal(), "unit")
        month, number = _month(request.month), request.edition
        if not 0 <= number <= _MOST_EDITIONS:
            raise refuse("report-no-edition", field="edition", kind="invalid", edition=number, month=month)
        async with self._pool.connection() as connection:
            found = await find_edition(connection, Report.id_of(unit, month), number)
        if found is None:
            raise refuse("report-no-edition", field="edition", kind="unknown", edition=number or 1, month=month)
        return found

    async def Unexplained(self, request: pb.UnexplainedRequest, context: Any) -> pb.UnexplainedResponse:  # noqa: N802
        tree = self._trees.on(self._clock.today())
        unit, month = read_unit(tree, request.unit, principal(), "unit"), _month(request.month)
        known = set(tree.children(unit))
        below = {Report.id_of(one.unit.id, month): one for one in request.children if one.unit.id in known}
        async with self._pool.connection() as connection:
            sent = await find_sent(connection, Report.id_of(unit, month_before(month)), request.before_day)
            standing = await find_standing(connection, list(below))
        before = reported(request.before) if request.HasField("before") else None
        asked = unexplained(reported(request.figures), before, sent)
        changes = [pb.UnexplainedChange(label=one.label, **one._asdict()) for one in asked]
        said = ((one, standing[subject].enterprises) for subject, one in below.items() if subject in standing)
        warnings = [differs(one.unit.name, then, one.enterprises) for one, then in said if then != one.enterprises]
        return pb.UnexplainedResponse(changes=changes, warnings=warnings)

    async def _from_above(self, request: pb.ReturnReportRequest, decision: _FromAbove) -> pb.ReportReceipt:
        asked, caller = _Return.model_validate(fields_of(request)), principal()
        tree = self._trees.on(self._clock.today())
        unit = read_unit(tree, asked.unit, caller, "unit")

        def decide(desk: Desk) -> dict[str, Any]:
            report = decision(desk, unit, asked.month, asked.reason, top=unit == tree.root)
            keep_state(desk.session, report, unit, asked.month, actor=caller.account, reason=asked.reason)
            return _receipt(desk, report)

        return await self._decide(asked.command_id, caller, decide)

    async def _decide(
        self, command: str, caller: Principal, decide: Callable[[Desk], dict[str, Any]]
    ) -> pb.ReportReceipt:
        answer = await self._application.decide(
            f"{caller.account}/{command}", caller, decide, correlation=correlation() or "", command_id=command
        )
        return pb.ReportReceipt(**answer.value, repeated=answer.repeated, position=answer.position)


def _receipt(desk: Desk, report: Report) -> dict[str, Any]:
    return {"subject": report.id, "state": report.stage, "edition": report.edition, "warnings": desk.warnings}


def _month(text: str) -> str:
    if re.fullmatch(MONTH, text) is None:
        raise refuse("report-month", field="month", kind="invalid", value=text[:20])
    return text
