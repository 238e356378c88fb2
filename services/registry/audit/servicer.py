"""The gRPC service `Audit`: written by whoever is given something, read by auditors."""

from __future__ import annotations

from typing import Any

from proto.xianfeng.registry.v1 import audit_pb2 as pb
from proto.xianfeng.registry.v1.audit_pb2_grpc import AuditServicer as Base
from services.registry.audit.facts import Found, Matter, find, handles
from services.registry.audit.views import Asked, Noted, Place, note, noted
from services.registry.domain.words import refuse
from services.registry.events import CATALOGUE
from services.registry.events.base import FactVoidedBase
from services.registry.events.labels import event_label
from services.registry.grpc import fields_of
from services.registry.queries.history import data_of
from services.registry.queries.reading import Moment
from services.registry.queries.request import Trees, below, count, read_unit, short, unit_name
from services.registry.queries.shown import Names, data_in_words
from services.registry.queries.tokens import foreign_token, read_token, token_of
from xianfeng.clock import Clock
from xianfeng.event import Event
from xianfeng.rpc.caller import principal
from xianfeng.store.pool import Pool
from xianfeng.units import TreeOfDay

__all__ = ["AuditServicer"]

_PAGE, _MOST = 50, 200
_NEWEST = 2**62


class AuditServicer(Base):
    """`trees` gives the units of any day."""

    def __init__(self, pool: Pool, trees: Trees, clock: Clock) -> None:
        self._pool = pool
        self._trees = trees
        self._clock = clock

    async def NoteView(self, request: pb.NoteViewRequest, context: Any) -> pb.NoteViewResponse:  # noqa: N802
        asked, caller = Asked.model_validate(fields_of(request)), principal()
        tree = self._trees.on(self._clock.today())
        # Lists of other units may be looked at too: the log says whose they were.
        unit = _one(tree, asked.unit) if asked.unit else read_unit(tree, "", caller, "unit")
        async with self._pool.connection() as connection:
            await note(connection, asked, unit, caller.account, self._clock)
        return pb.NoteViewResponse()

    async def ListViews(self, request: pb.AuditRequest, context: Any) -> pb.ViewsResponse:  # noqa: N802
        size, after = count(request.page_size, _PAGE, _MOST, "page_size"), _place(request.page_token)
        tree = self._trees.on(self._clock.today())
        units = below(tree, read_unit(tree, request.unit, principal(), "unit"))
        async with Moment.of(self._pool) as moment:
            directory, _ = await moment.directory()
            found = await noted(moment.connection, directory, units=units, after=after, limit=size + 1)
        more = token_of(found[size - 1][:3]) if len(found) > size else ""
        return pb.ViewsResponse(
            views=[_view(tree, line) for line in found[:size]], next_page_token=more, demonstration=tree.demonstration
        )

    async def ListCorrections(self, request: pb.AuditRequest, context: Any) -> pb.FactsResponse:  # noqa: N802
        return await self._facts("corrections", request)

    async def ListDecisions(self, request: pb.AuditRequest, context: Any) -> pb.FactsResponse:  # noqa: N802
        return await self._facts("decisions", request)

    async def _facts(self, matter: Matter, request: pb.AuditRequest) -> pb.FactsResponse:
        size, before = count(request.page_size, _PAGE, _MOST, "page_size"), _position(request.page_token)
        tree = self._trees.on(self._clock.today())
        units = below(tree, read_unit(tree, request.unit, principal(), "unit"))
        async with Moment.of(self._pool) as moment:
            directory, _ = await moment.directory()
            found = await find(moment.connection, directory, matter, units=units, before=before, limit=size + 1)
            told = [(one, CATALOGUE.load(one.raw)) for one in found[:size]]
            accounts = await handles(moment.connection, [event.actor for _, event in told])
            names = await moment.names_in(tree, (data_of(event) for _, event in told))
        facts = [_fact(tree, one, event, accounts, names) for one, event in told]
        more = str(found[size - 1].position) if len(found) > size else ""
        return pb.FactsResponse(facts=facts, next_page_token=more, demonstration=tree.demonstration)


def _one(tree: TreeOfDay, text: str) -> str:
    found = tree.find(short(text, "unit"))
    if len(found) != 1:
        raise refuse("query-unit", field="unit", kind="unknown", text=text[:40], day=tree.day)
    return found[0]


def _view(tree: TreeOfDay, line: Noted) -> pb.NotedView:
    return pb.NotedView(
        at=line.at.isoformat(), account=line.account, action=line.action, what=line.what,
        unit=unit_name(tree, line.unit), rows=line.rows, reason=line.reason,
    )  # fmt: skip


def _fact(tree: TreeOfDay, found: Found, event: Event, accounts: dict[str, str], names: Names) -> pb.AuditFact:
    data = data_of(event)
    wrong = data.get("correction") or (data if isinstance(event.data, FactVoidedBase) else {})
    shown = {name: value for name, value in data.items() if name != "correction" and wrong is not data}
    return pb.AuditFact(
        event=event.id, type=event.type, label=event_label(event.type), subject=event.originator_id, kind=found.kind,
        code=found.code, name=found.name, unit=unit_name(tree, found.unit), effective=event.effective.isoformat(),
        recorded=event.time, account=accounts.get(event.actor, event.actor), shown=data_in_words(shown, names),
        reason=str(wrong.get("reason", "")), wrong=str(wrong.get("event", "")),
    )  # fmt: skip


def _place(token: str) -> Place | None:
    """Where the page before ended. Raises Refused for a token that this service did not make."""
    if not token:
        return None
    place = read_token(token, Place)
    if place.at.tzinfo is None or not 0 <= place.id < _NEWEST:
        raise foreign_token()
    return place


def _position(token: str) -> int:
    if not token:
        return _NEWEST
    if not (token.isascii() and token.isdecimal() and len(token) < 19):
        raise foreign_token()
    return int(token)
