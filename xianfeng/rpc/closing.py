"""A server that stops serving: what calls that are open hear."""

from __future__ import annotations

from xianfeng.refusal import Refused
from xianfeng.words import say

__all__ = ["closing"]


def closing() -> Refused:
    """The end of a call that would go on: the service stops, and is reached again when it has started anew."""
    return Refused(say("rpc.closing"), kind="unavailable", reason="closing", remedy=say("rpc.closing-remedy"))
