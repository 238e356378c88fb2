"""What went wrong, for the person who reads: a title, what it was, what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import grpc

from xianfeng.rpc.errors import describe
from xianfeng.words import say

__all__ = ["PageProblem", "above_form", "of_rpc", "problem"]

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

# Registry's reason; gRPC has no code of its own for it that means "later".
TOO_MANY_LOGINS = "too-many-logins"


@dataclass
class PageProblem(Exception):
    """An error page. ``detail`` is the service's own sentence, ``retry`` says that waiting helps."""

    status: int
    title: str
    remedy: str
    detail: str = ""
    retry: bool = False

    @property
    def sentences(self) -> str:
        """What it was and what to do, for a page that goes on."""
        return f"{self.detail or self.title} {self.remedy}"


def problem(status: int, kind: str, **values: object) -> PageProblem:
    """Make the problem that the catalogue calls ``console.problem.<kind>``."""
    title, remedy = (say(f"console.problem.{kind}.{part}", **values) for part in ("title", "remedy"))
    return PageProblem(status, title, remedy, retry=status == 503)


def of_rpc(error: Any) -> PageProblem:
    """Turn a failed call into a page; a service's own sentences are shown, the network's are not."""
    status, kind = KINDS.get(error.code(), (500, "broken"))
    told = describe(error)
    if told.reason == TOO_MANY_LOGINS:
        status, kind = 429, "slow-down"
    found = problem(status, kind)
    if told.reason and kind != "broken":
        # A refusal of one field says the same twice.
        found.detail = "；".join(dict.fromkeys((told.message, *(item.description for item in told.violations))))
        found.remedy = told.remedy or found.remedy
    return found


def above_form(error: Any) -> tuple[int, str]:
    """Status and words of a refusal that is shown above a form. Raises it again when a form is not the place."""
    found = of_rpc(error)
    if found.status >= 500 or error.code() is grpc.StatusCode.UNAUTHENTICATED:
        raise error
    return found.status, found.sentences
