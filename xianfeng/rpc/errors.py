"""Exceptions as gRPC statuses with `google.rpc` details, and back again for whoever called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, LocalizedMessage
from google.rpc.status_pb2 import Status
from pydantic import ValidationError

from xianfeng.fault import located
from xianfeng.refusal import Kind, Refused
from xianfeng.rpc.violations import Violation, violations
from xianfeng.telemetry import correlation
from xianfeng.words import say

__all__ = ["DETAILS", "Failure", "Problem", "describe", "failure_of"]

DETAILS = "grpc-status-details-bin"
DOMAIN = "xianfeng"
_CODES: dict[Kind, grpc.StatusCode] = {
    "refused": grpc.StatusCode.FAILED_PRECONDITION,
    "invalid": grpc.StatusCode.INVALID_ARGUMENT,
    "unknown": grpc.StatusCode.NOT_FOUND,
    "denied": grpc.StatusCode.PERMISSION_DENIED,
    "version": grpc.StatusCode.ABORTED,
    "taken": grpc.StatusCode.ALREADY_EXISTS,
    "unauthenticated": grpc.StatusCode.UNAUTHENTICATED,
    "unavailable": grpc.StatusCode.UNAVAILABLE,
}
# Clients refuse more than 8 KiB of metadata, and a Chinese character takes nine bytes in a status message.
_SHORT = 200
_MOST_VIOLATIONS = 10


@dataclass(frozen=True)
class Failure:
    """What a call ends with. `unexpected`: a fault of the program, to be logged."""

    code: grpc.StatusCode
    status: Status
    unexpected: bool = False


@dataclass(frozen=True)
class Problem:
    """What went wrong, for people: message, fields, the rule and what to do."""

    code: str
    message: str
    reason: str = ""
    rule: str = ""
    remedy: str = ""
    correlation: str = ""
    violations: tuple[Violation, ...] = ()


def failure_of(error: BaseException) -> Failure:
    """The failure that tells a caller of this exception; one that nobody expected tells the correlation id only."""
    if isinstance(error, Refused):
        fields = [Violation(error.field, error.message)] if error.field else []
        rule, remedy = error.rule, error.remedy
        return _failure(_CODES[error.kind], error.message, error.reason, rule=rule, remedy=remedy, fields=fields)
    if isinstance(error, ValidationError):
        found = violations(error)
        return _failure(
            grpc.StatusCode.INVALID_ARGUMENT, say("rpc.invalid-fields", count=len(found)), "invalid-fields",
            remedy=say("rpc.invalid-fields-remedy"), fields=found,
        )  # fmt: skip
    if _is_database_away(error):
        return _failure(
            grpc.StatusCode.UNAVAILABLE, say("rpc.unavailable"), "unavailable", remedy=say("rpc.unavailable-remedy")
        )
    message = say("rpc.internal", correlation=correlation() or "-", error=located(error)["error"])
    remedy = say("rpc.internal-remedy")
    return _failure(grpc.StatusCode.INTERNAL, message, "internal", remedy=remedy, unexpected=True)


def describe(error: grpc.RpcError) -> Problem:
    """The problem that an error of a call tells of, ours or the transport's."""
    code: grpc.StatusCode = error.code()
    packed = _metadata(error).get(DETAILS)
    if packed is None:
        return _plain(code, str(error.details() or ""))
    status = Status.FromString(packed)
    info, request, text = ErrorInfo(), BadRequest(), LocalizedMessage()
    for detail in status.details:
        for message in (info, request, text):
            detail.Unpack(message)
    return Problem(
        code.name, text.message or status.message, info.reason, info.metadata.get("rule", ""),
        info.metadata.get("remedy", ""), info.metadata.get("correlation", ""),
        tuple(Violation(item.field, item.description) for item in request.field_violations),
    )  # fmt: skip


def _failure(
    code: grpc.StatusCode, message: str, reason: str, *, rule: str = "", remedy: str = "",
    fields: Sequence[Violation] = (), unexpected: bool = False,
) -> Failure:  # fmt: skip
    metadata = {"rule": rule, "remedy": remedy, "correlation": correlation() or ""}
    shown = [
        BadRequest.FieldViolation(field=item.field[:_SHORT], description=item.description[:_SHORT])
        for item in fields[:_MOST_VIOLATIONS]
    ]
    info = ErrorInfo(
        reason=reason, domain=DOMAIN, metadata={name: text[:_SHORT] for name, text in metadata.items() if text}
    )
    details = [info, LocalizedMessage(locale="zh-CN", message=message[:_SHORT])]
    if shown:
        details.append(BadRequest(field_violations=shown))
    status = Status(code=code.value[0], message=message[:_SHORT], details=map(_packed, details))
    return Failure(code, status, unexpected)


def _packed(message: object) -> AnyMessage:
    packed = AnyMessage()
    packed.Pack(message)
    return packed


def _metadata(error: grpc.RpcError) -> dict[str, bytes]:
    pairs = error.trailing_metadata() or ()
    return {key: value for key, value in pairs if isinstance(value, bytes)}


def _plain(code: grpc.StatusCode, details: str) -> Problem:
    known = {
        grpc.StatusCode.UNAVAILABLE: "rpc.transport.unavailable",
        grpc.StatusCode.DEADLINE_EXCEEDED: "rpc.transport.deadline",
        grpc.StatusCode.RESOURCE_EXHAUSTED: "rpc.transport.too-large",
        grpc.StatusCode.UNIMPLEMENTED: "rpc.transport.unimplemented",
    }
    return Problem(code.name, say(known.get(code, "rpc.transport.other"), code=code.name), remedy=details)


def _is_database_away(error: BaseException) -> bool:
    # By name: the command line and the console describe errors without loading the driver.
    return any(
        kind.__module__.startswith("psycopg") and kind.__name__ in ("OperationalError", "InterfaceError")
        for kind in type(error).__mro__
    )
