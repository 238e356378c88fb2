"""报备表 and 回执: what an enterprise files for a year, and the receipt with its number."""

from __future__ import annotations

import asyncio

from proto.xianfeng.registry.v1 import queries_pb2
from services.console.context import Page
from services.console.exports.basis import notices
from services.console.exports.paper import Paper, Table, pairs
from services.console.templating import link, minutes
from services.console.views.filing import Filed, Filing, filing, formed_word
from xianfeng.words import say

__all__ = ["filing_paper"]

MOST_LINES = 1000


async def filing_paper(page: Page, enterprise: str, day: str) -> Paper:
    """Of the day's year. Raises grpc.aio.AioRpcError when the account may not see the enterprise."""
    registry = page.context.peers.registry
    view, history = await asyncio.gather(
        page.ask(registry.GetEnterprise, queries_pb2.GetRequest(ref=enterprise, day=day)),
        page.ask(registry.History, queries_pb2.HistoryRequest(ref=enterprise, limit=MOST_LINES)),
    )
    found = filing(view, history.lines)
    back = link("filing") if page.reader.enterprise else link("enterprises", view.code or view.subject)
    return Paper(
        "filing", say("console.papers.title.filing", year=found.year), view.unit.id, view.day,
        notices(view.day, live=not day), [_filed(found), _receipt(found)], back, view.demonstration, upright=True,
        single=True,
    )  # fmt: skip


def _filed(found: Filing) -> Table:
    """What was filed, or what would be: the form is filled in with what is known."""
    formed, set_up = (found.filed.formed, found.filed.set_up) if found.filed else (found.formed, found.set_up)
    facts = {
        "name": found.name, "code": found.code, "unit": found.unit, "formed": formed_word(formed),
        "set-up": set_up or say("console.filing.nothing"),
    }  # fmt: skip
    told = [(say(f"console.filing.{name}"), text) for name, text in facts.items()]
    return pairs(say("console.papers.filing.form", year=found.year), told, beside=1)


def _receipt(found: Filing) -> Table:
    name = say("console.filing.receipt")
    if found.filed is None:
        return pairs(name, [(say("console.filing.state"), say("console.papers.filing.not-filed"))], beside=1)
    facts = {"number": found.filed.number, "at": minutes(found.filed.at), "state": _state(found.filed)}
    return pairs(name, [(say(f"console.filing.{one}"), text) for one, text in facts.items()], beside=1)


def _state(filed: Filed) -> str:
    state = say(f"console.filing.{filed.state}")
    return f"{state}：{filed.reason}" if filed.reason else state
