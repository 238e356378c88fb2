"""Views and exports written down before they leave: in the log file, and in registry's log for auditors (domain §9)."""

from __future__ import annotations

from typing import Literal

import structlog

from proto.xianfeng.registry.v1 import audit_pb2
from services.console.context import Page

__all__ = ["Action", "note"]

log = structlog.get_logger(__name__)

Action = Literal["view", "print", "export"]


async def note(page: Page, action: Action, what: str, unit: str, rows: int) -> None:
    """Say that this account is given `rows` of a list or paper (`list`, `report`, …) about a unit, not what is in it.

    Raises grpc.aio.AioRpcError when it cannot be written down: what is not in the log is not given out.
    """
    request = audit_pb2.NoteViewRequest(action=action, what=what, unit=unit, rows=rows)
    await page.ask(page.context.peers.audit.NoteView, request)
    log.info("view-noted", action=action, what=what, account=page.reader.handle, unit=unit, rows=rows)
