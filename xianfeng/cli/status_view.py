"""What ``status`` says: the supervisor's report joined with what each service says of itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import grpc
from google.protobuf.json_format import MessageToDict
from rich.console import Console
from rich.table import Table

from proto.xianfeng.platform.v1 import operations_pb2, operations_pb2_grpc
from xianfeng.cli.client import GRPC_SERVICES, connected
from xianfeng.clock import minute_of
from xianfeng.failure import StartFailure
from xianfeng.settings import Settings
from xianfeng.words import say

__all__ = ["gather", "show"]

PATIENCE = 5.0
Found = dict[str, Any]


def gather(settings: Settings, report: Mapping[str, Any]) -> Found:
    """Return the whole status as plain data; ``healthy`` only if all run, all answer and nothing is stuck."""
    services = {name: _ask(settings, name) for name in settings.services if name in GRPC_SERVICES}
    programs = list(report.get("programs", ()))
    projections = [p for s in services.values() for p in s.get("projections", ())]
    relays = [s["relay"] for s in services.values() if "relay" in s]
    stuck = [part["stuck"] for part in (*projections, *relays) if part["stuck"]]
    unanswered = [s["error"] for s in services.values() if "error" in s]
    return {
        "healthy": all(p["state"] == "ready" for p in programs) and not stuck and not unanswered,
        "state": report.get("state", "starting"),
        "pid": report.get("pid"),
        "since": report.get("since"),
        "address": report.get("address"),
        "business_date": min((p["business_date"] for p in projections if p["business_date"]), default=None),
        "lag_events": sum(p["lag_events"] for p in projections) + sum(r["head"] - r["position"] for r in relays),
        "lag_seconds": max((part["lag_seconds"] for part in (*projections, *relays)), default=0.0),
        "held": sum(p["held"] for p in projections),
        "dead_letters": sum(p["dead_letters"] for p in projections),
        "stuck": stuck,
        "processes": programs,
        "services": services,
    }


def show(found: Found) -> None:
    """Print the status as tables."""
    console = Console()
    console.print(say("cli.status.healthy" if found["healthy"] else "cli.status.unhealthy", address=found["address"]))
    console.print(_processes(found["processes"]))
    console.print(_projections(found["services"]))
    for name, service in found["services"].items():
        if "error" in service:
            console.print(say("cli.status.no-answer", name=name, reason=service["error"]))
        if "relay" in service:
            console.print(say("cli.status.relay", name=name, **service["relay"]))
    for sentence in found["stuck"]:
        console.print(say("cli.status.stuck", reason=sentence))


def _ask(settings: Settings, name: str) -> Found:
    try:
        with connected(settings, name) as channel:
            stub = operations_pb2_grpc.OperationsStub(channel)
            answer = stub.Status(operations_pb2.StatusRequest(), timeout=PATIENCE)
    except grpc.RpcError as refused:
        return {"error": f"{refused.code().name}: {refused.details()}"}
    except StartFailure as missing:
        return {"error": missing.message}
    found: Found = MessageToDict(answer, preserving_proto_field_name=True, always_print_fields_with_no_presence=True)
    return _with_numbers(found)


def _with_numbers(value: Any) -> Any:
    """Turn the strings that protobuf's JSON makes of 64-bit integers back into numbers."""
    whole = {"position", "head", "lag_events", "held", "dead_letters", "fenced"}
    if isinstance(value, list):
        return [_with_numbers(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: {partition: int(place) for partition, place in inner.items()}
        if key == "positions"
        else int(inner)
        if key in whole
        else _with_numbers(inner)
        for key, inner in value.items()
    }


def _processes(programs: Iterable[Found]) -> Table:
    table = _table("process", "state", "pid", "restarts", "since", "last-exit")
    for p in programs:
        last = p["last_exit"] or {}
        ended = last.get("signal") or last.get("error") or last.get("code")
        state = say(f"cli.status.state-{p['state']}")
        since = minute_of(p["since"]) if p["since"] else "-"
        cells = (p["name"], state, p["pid"] or "-", p["restarts"], since, "-" if ended is None else ended)
        table.add_row(*map(str, cells))
    return table


def _projections(services: Mapping[str, Found]) -> Table:
    table = _table("projection", "build", "business-date", "lag-events", "lag-seconds", "held", "dead-letters")
    for name, service in services.items():
        for p in service.get("projections", ()):
            cells = (
                f"{name}/{p['name']}",
                say(f"cli.status.build-{p['state']}", build=p["build"]),
                p["business_date"],
                p["lag_events"],
                f"{p['lag_seconds']:.1f}",
                p["held"],
                p["dead_letters"],
            )
            table.add_row(*map(str, cells))
    return table


def _table(*columns: str) -> Table:
    table = Table()
    for place, column in enumerate(columns):
        # The first column names the row: it is never cut, the others wrap.
        table.add_column(say(f"cli.status.column-{column}"), overflow="fold", no_wrap=place == 0)
    return table
