"""What handlers ask about the caller."""

from __future__ import annotations

from xianfeng.rpc.caller import Principal, principal

__all__ = ["Principal", "principal"]
