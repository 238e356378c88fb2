"""What concerns a deployment as a whole is for accounts whose unit holds all of it: the log, repairs, rebuilds."""

from __future__ import annotations

from collections.abc import Callable

from xianfeng.refusal import Refused
from xianfeng.rpc.caller import SERVICE, Principal
from xianfeng.words import say

__all__ = ["require_whole"]

_PLATFORM = "/xianfeng.platform.v1."
# Says how the service is, and nothing of what it knows.
_OF_ANYONE = "/xianfeng.platform.v1.Operations/Status"


def require_whole(caller: Principal, method: str, holds_all: Callable[[str], bool]) -> None:
    """Raises Refused (denied) for a method of the platform when the caller's unit does not hold the deployment.

    A log says more of an enterprise than its neighbours may see (small counts are bands to them).
    """
    if not method.startswith(_PLATFORM) or method == _OF_ANYONE or caller.role == SERVICE:
        return
    try:
        if holds_all(caller.unit):
            return
    except LookupError:
        message, remedy = say("rpc.not-whole.not-yet"), say("rpc.unavailable-remedy")
        raise Refused(message, kind="unavailable", reason="no-root", remedy=remedy) from None
    message, rule, remedy = (say(f"rpc.not-whole.{part}") for part in ("message", "rule", "remedy"))
    raise Refused(message, kind="denied", reason="outside-unit", rule=rule, remedy=remedy)
