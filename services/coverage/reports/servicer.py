"""The gRPC face of reports: a report is made, and sealed as coverage's own work; two are compared."""

from __future__ import annotations

import asyncio
from typing import Any

from proto.xianfeng.coverage.v1 import reports_pb2 as pb
from proto.xianfeng.coverage.v1.reports_pb2_grpc import ReportsServicer
from services.coverage.reports.comparing import difference, read_both
from services.coverage.reports.making import ReportMaker
from xianfeng.rpc.auth import principal
from xianfeng.seal import Seal

__all__ = ["REPORT_SEAL", "ReportsService"]

REPORT_SEAL = "report"
"""The purpose of the seal; who keeps an edition asks for it."""


class ReportsService(ReportsServicer):
    def __init__(self, maker: ReportMaker, key: bytes) -> None:
        self._maker = maker
        self._seal = Seal(key, REPORT_SEAL)

    async def Make(self, request: pb.MakeReportRequest, context: Any) -> pb.MakeReportResponse:  # noqa: N802
        report = await self._maker.make(request.unit, request.month, request.cutoff, principal())
        content = report.SerializeToString(deterministic=True)
        return pb.MakeReportResponse(content=content, seal=self._seal.of(content))

    async def Compare(self, request: pb.CompareReportsRequest, context: Any) -> pb.ReportComparison:  # noqa: N802
        return await asyncio.to_thread(_compare, request)


def _compare(request: pb.CompareReportsRequest) -> pb.ReportComparison:
    return difference(*read_both(request.older, request.newer))
