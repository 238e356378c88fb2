"""The gRPC service `Queries`: what the account may see, from one moment of the tables."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from proto.xianfeng.registry.v1 import queries_pb2 as pb
from proto.xianfeng.registry.v1.queries_pb2_grpc import QueriesServicer as Base
from services.registry.directory import unit_on
from services.registry.domain.base import DatedAggregate
from services.registry.domain.enterprise import Enterprise
from services.registry.domain.words import refuse
from services.registry.holders import Holders
from services.registry.queries.history import data_of, lines
from services.registry.queries.lists import page
from services.registry.queries.own import of_own, without_inner
from services.registry.queries.posts import posts
from services.registry.queries.reading import Moment, fold
from services.registry.queries.request import (
    Trees,
    count,
    may_see,
    read_day,
    read_unit,
    require_under,
    short,
    unit_name,
)
from services.registry.queries.views import holder_message, holder_of, view_message
from xianfeng.clock import Clock
from xianfeng.rpc.caller import Principal, principal
from xianfeng.store.pool import Pool

__all__ = ["QueriesServicer"]

_LINES, _MOST_LINES = 200, 1000
Method = Callable[["QueriesServicer", Any, Any], Awaitable[Any]]
ENTERPRISE = "enterprise"
_CLAIMS = {"enterprise": "code", "unit": "unit-code"}


def _get(kind: str) -> Method:
    async def get(self: QueriesServicer, request: pb.GetRequest, context: Any) -> pb.View:
        return await self.get(kind, request)

    return get


def _list(kind: str) -> Method:
    async def listed(self: QueriesServicer, request: pb.ListRequest, context: Any) -> pb.ListResponse:
        return await self.list(kind, request)

    return listed


class QueriesServicer(Base):
    """`pool` from `open_pool`; `trees` gives the units of any day and lives on this event loop."""

    def __init__(self, pool: Pool, trees: Trees, holders: Holders, clock: Clock) -> None:
        self._pool = pool
        self._trees = trees
        self._holders = holders
        self._clock = clock

    GetEnterprise = _get("enterprise")
    GetOrganisation = _get("organisation")
    GetCommittee = _get("committee")
    GetProject = _get("project")
    GetAdviser = _get("adviser")
    GetUnit = _get("unit")
    ListEnterprises = _list("enterprise")
    ListOrganisations = _list("organisation")
    ListCommittees = _list("committee")
    ListProjects = _list("project")
    ListAdvisers = _list("adviser")

    async def RevealHolder(self, request: pb.RevealRequest, context: Any) -> pb.Holder:  # noqa: N802
        holder, reason = short(request.holder, "holder", needed=True), short(request.reason, "reason", needed=True)
        caller = principal()
        async with Moment.of(self._pool) as moment:
            person = await self._holders.find(moment.connection, holder)
            if person is None:
                raise refuse("unknown-holder", field="holder", kind="unknown", holder=holder)
            self._require(fold(await moment.events(person.subject), holder), caller, "holder")
            await self._holders.log_reading(moment.connection, holder, caller.account, reason, self._clock)
        return holder_message(holder, person, clear=True)

    async def History(self, request: pb.HistoryRequest, context: Any) -> pb.HistoryResponse:  # noqa: N802
        ref = short(request.ref, "ref", needed=True)
        limit, tree = count(request.limit, _LINES, _MOST_LINES, "limit"), self._trees.on(self._clock.today())
        async with Moment.of(self._pool) as moment:
            claim = "unit-code" if ref.isdecimal() and len(ref) < 18 else "code"
            events = await moment.events(await moment.subject_of(ref, claim))
            aggregate = fold(events, ref)
            self._require(aggregate, principal(), "ref")
            names = await moment.names_in(tree, (data_of(event) for event in events))
        found = lines(events, request.after_version, limit, names)
        found = of_own(found) if principal().role == ENTERPRISE else found
        return pb.HistoryResponse(lines=found, version=aggregate.version, demonstration=tree.demonstration)

    async def ListUnits(self, request: pb.ListUnitsRequest, context: Any) -> pb.ListUnitsResponse:  # noqa: N802
        tree = self._trees.on(read_day(request.day, self._clock.today()))
        caller, text = principal(), short(request.text, "text")
        if text:
            found: Iterable[str] = [unit for unit in tree.find(text) if may_see(tree, unit, caller)]
        else:
            found = tree.children(read_unit(tree, request.parent, caller, "parent"))
        return pb.ListUnitsResponse(units=[unit_name(tree, unit) for unit in found], day=tree.day.isoformat())

    async def ListAdviserPosts(  # noqa: N802
        self, request: pb.ListAdviserPostsRequest, context: Any
    ) -> pb.ListAdviserPostsResponse:
        async with Moment.of(self._pool) as moment:
            answer = await posts(moment, self._trees, request, principal())
            for row in answer.rows:
                row.name = await self._holders.masked_name(moment.connection, row.holder)
        return answer

    async def get(self, kind: str, request: pb.GetRequest) -> pb.View:
        """One subject on a day. Raises Refused when it is unknown, of another kind, or outside the account's unit."""
        ref, today = short(request.ref, "ref", needed=True), self._clock.today()
        day = read_day(request.day, today)
        async with Moment.of(self._pool) as moment:
            aggregate = fold(await moment.events(await moment.subject_of(ref, _CLAIMS.get(kind, "code"))), ref)
            if kind != aggregate.KIND:
                raise refuse("query-subject", field="ref", kind="unknown", ref=ref)
            self._require(aggregate, principal(), "ref")
            names = await moment.names_in(self._trees.on(today), [aggregate.view(day)])
            view = view_message(aggregate, day, self._trees.on(day), names)
            if principal().role == ENTERPRISE:
                without_inner(view)
            holder = holder_of(aggregate, day)
            if holder is not None:
                view.holder.CopyFrom(holder_message(holder, await self._holders.find(moment.connection, holder)))
        return view

    async def list(self, kind: str, request: pb.ListRequest) -> pb.ListResponse:
        """One page; advisers bear the masked name of their holder."""
        async with Moment.of(self._pool) as moment:
            answer = await page(moment, self._trees, kind, request, principal())
            for row in answer.rows:
                if kind == "adviser":
                    row.name = await self._holders.masked_name(moment.connection, str(row.facts["holder"]))
        return answer

    def _require(self, aggregate: DatedAggregate, caller: Principal, field: str) -> None:
        today = self._clock.today()
        if caller.role == ENTERPRISE:
            if not isinstance(aggregate, Enterprise) or aggregate.id != caller.enterprise:
                raise refuse("outside-unit", field=field, kind="denied")
            return
        require_under(self._trees.on(today), unit_on(aggregate, today), caller, field)
