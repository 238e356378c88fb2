"""What went wrong, for the person who reads: a title, what it was, what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import grpc

from xianfeng.rpc.errors import describe
from xianfeng.words import say

__all__ = ["PageProblem", "of_rpc", "problem"]

# gRPC code → (HTTP status, key in the catalogue).
KINDS = {
    grpc.StatusCode.INVALID_ARGUMENT: (422, "invalid"),
    grpc.StatusCode.NOT_FOUND: (404, "missing"),
    grpc.StatusCode.PERMISSION_DENIED: (403, "forbidden"),
    grpc.StatusCode.FAILED_PRECONDITION: (409, "refused"),
    grpc.StatusCode.ABORTED: (409, "refused"),
    grpc.StatusCode.RESOURCE_EXHAUSTED: (429, "slow-down"),
    grpc.StatusCode.UNAVAILABLE: (503, "away"),
    grpc.StatusCode.DEADLINE_EXCEEDED: (503, "away"),
}


@dataclass
class PageProblem(Exception):
    """An error page. ``detail`` is the service's own sentence, ``retry`` says that waiting helps."""

    status: int
    title: str
    remedy: str
    detail: str = ""
    retry: bool = False


def problem(status: int, kind: str, **values: object) -> PageProblem:
    """Make the problem that the catalogue calls ``console.problem.<kind>``."""
    title, remedy = (say(f"console.problem.{kind}.{part}", **values) for part in ("title", "remedy"))
    return PageProblem(status, title, remedy, retry=status == 503)


def of_rpc(error: Any) -> PageProblem:
    """Turn a failed call into a page; the service's own sentences are shown unless the network is at fault."""
    status, kind = KINDS.get(error.code(), (500, "broken"))
    found = problem(status, kind)
    if kind not in ("away", "broken"):
        told = describe(error)
        found.detail = "；".join((told.message, *(item.description for item in told.violations if item.description)))
        found.remedy = told.remedy or found.remedy
    return found
