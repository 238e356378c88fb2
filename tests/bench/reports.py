"""The monthly report of a province of 10,000 enterprises: with every list and layout; it and a list on paper."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta

import httpx

from proto.xianfeng.coverage.v1 import reports_pb2 as pb
from proto.xianfeng.coverage.v1.reports_pb2_grpc import ReportsStub
from tests.bench.figure import Figure
from tests.bench.place import Place
from tests.bench.province import END, append_events
from tests.e2e.page import Page

__all__ = ["measure"]

ENTERPRISES = 10_000
PROVINCE = "410000"
MONTHS = [f"{(END - timedelta(days=31 * n)):%Y-%m}" for n in range(1, 13)]


def measure() -> Iterator[Figure]:
    """Twelve months of one province, the first of them with nothing read before; then workbooks and a PDF."""
    with Place() as place:
        append_events(place.settings.dsn("registry"), ENTERPRISES)
        place.office.settle(seconds=120)
        stub = ReportsStub(place.office.coverage)
        taken = sorted(_made(stub, month) for month in MONTHS)
        how = f"{ENTERPRISES:,} enterprises, every list and layout, the slowest of {len(MONTHS)} months, by gRPC"
        yield Figure("monthly report of a province", taken[-1], "s", ("<=", 3), how)
        page, made = Page(place.settings), f"{ENTERPRISES:,} rows, made and fetched"
        report, listed = f"/units/{PROVINCE}/reports/{MONTHS[0]}", f"/units/{PROVINCE}/enterprises"
        yield Figure("the same as a workbook", _fetched(page.client, f"{report}/xlsx"), "s", ("<=", 3), made)
        yield Figure("enterprises as a workbook", _fetched(page.client, f"{listed}/xlsx"), "s", ("<=", 3), made)
        yield Figure("enterprises as PDF", _fetched(page.client, f"{listed}/pdf"), "s", ("<=", 10), made)
        page.close()


def _made(stub: ReportsStub, month: str) -> float:
    began = time.perf_counter()
    answer = stub.Make(pb.MakeReportRequest(unit=PROVINCE, month=month), timeout=60)
    taken = time.perf_counter() - began
    report = pb.Report.FromString(answer.content)
    assert len(report.roll) == report.figures.registered > 0
    assert not [check for check in report.checks if check.difference]
    return taken


def _fetched(client: httpx.Client, address: str) -> float:
    began = time.perf_counter()
    answer = client.get(address, timeout=60)
    assert answer.status_code == 200
    return time.perf_counter() - began
