"""A refusal of registry's, at the field that it names, with its rule and what to do."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import grpc

from services.console.entry.filling import Faults
from xianfeng.rpc.errors import describe

__all__ = ["ON_THE_FORM", "Refusal", "refusal_of"]

# What whoever typed can put right, or read, on the form itself; the rest is a page of its own.
ON_THE_FORM = frozenset(
    {
        grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.NOT_FOUND, grpc.StatusCode.PERMISSION_DENIED,
        grpc.StatusCode.FAILED_PRECONDITION, grpc.StatusCode.ABORTED, grpc.StatusCode.ALREADY_EXISTS,
        grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED,
    }
)  # fmt: skip


@dataclass(frozen=True)
class Refusal:
    """``faults`` stand at their fields; ``message`` above the form with what has no field here."""

    message: str
    rule: str
    remedy: str
    faults: Faults

    @property
    def sentences(self) -> str:
        """For a page that shows all of it in one place."""
        return f"{self.message}。{self.remedy}"


def refusal_of(error: Any, fields: Collection[str]) -> Refusal:
    """What this form shows of a failed call. Raises it again when a form is not the place."""
    if error.code() not in ON_THE_FORM:
        raise error
    told = describe(error)
    at = {item.field: item.description for item in told.violations}
    faults = {name: text for name, text in at.items() if name in fields}
    others = [told.message, *(text for name, text in at.items() if name not in fields)]
    return Refusal("；".join(dict.fromkeys(others)), told.rule, told.remedy, faults)
