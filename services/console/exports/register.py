"""What registry's lists tell of subjects, and their time lines, for papers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from google.protobuf.json_format import MessageToDict

from proto.xianfeng.registry.v1 import queries_pb2
from services.console.context import Page
from services.console.exports.paging import every_row

__all__ = ["facts_of", "histories", "organisations_of"]

AT_ONCE = 16
MOST_LINES = 1000


async def organisations_of(page: Page, unit: str, *, ended: bool = False, text: str = "") -> tuple[list[Any], Any]:
    """All organisations registered under the unit, being formed or standing, with those that ended if wanted."""
    request = queries_pb2.ListRequest(unit=unit, ended=ended, text=text)
    return await every_row(page, page.context.peers.registry.ListOrganisations, request)


def facts_of(row: Any) -> dict[str, Any]:
    """Slot → value today, as plain values."""
    return MessageToDict(row.facts)


async def histories(page: Page, subjects: Sequence[str]) -> dict[str, Any]:
    """Subject → the lines of its time line."""
    found: dict[str, Any] = {}
    for place in range(0, len(subjects), AT_ONCE):
        some = subjects[place : place + AT_ONCE]
        asked = [queries_pb2.HistoryRequest(ref=subject, limit=MOST_LINES) for subject in some]
        answers = await asyncio.gather(*(page.ask(page.context.peers.registry.History, one) for one in asked))
        found |= {subject: answer.lines for subject, answer in zip(some, answers, strict=True)}
    return found
