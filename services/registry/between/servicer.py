"""The gRPC service `Matters`: 数据核实, proposals and transfers that are open at a unit, and whose turn it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from proto.xianfeng.registry.v1 import matters_pb2 as pb
from proto.xianfeng.registry.v1.matters_pb2_grpc import MattersServicer as Base
from services.registry.accounts.book import Row
from services.registry.between.deciding import Turns
from services.registry.between.reading import KINDS, Counted, Counts, Open, both, counted, open_matters, with_events
from services.registry.domain.words import refuse
from services.registry.queries.reading import Moment
from services.registry.queries.request import Trees, below, count, read_unit, unit_name
from services.registry.queries.shown import value_in_words
from xianfeng.event import Event
from xianfeng.rpc.caller import principal
from xianfeng.rpc.permissions import Permissions
from xianfeng.store.pool import Pool
from xianfeng.units import TreeOfDay

__all__ = ["MattersServicer"]

_PAGE, _MOST = 50, 200


class MattersServicer(Base):
    """`account` finds an account by its id."""

    def __init__(
        self, pool: Pool, trees: Trees, permissions: Permissions, account: Callable[[str], Row | None]
    ) -> None:  # fmt: skip
        self._pool = pool
        self._trees = trees
        self._permissions = permissions
        self._account = account

    async def List(self, request: pb.MattersRequest, context: Any) -> pb.MatterList:  # noqa: N802
        size, offset = count(request.page_size, _PAGE, _MOST, "page_size"), count(request.offset, 0, 10**6, "offset")
        kinds = [_known(kind) for kind in request.kinds] or KINDS
        async with Moment.of(self._pool) as moment:
            directory, day = await moment.directory()
            tree = self._trees.on(day)
            unit, caller = read_unit(tree, request.unit, principal(), "unit"), principal()
            turns = Turns(tree, caller, self._permissions, self._account)
            found = await open_matters(moment, directory, below(tree, unit), kinds)
            wanted = [one for one in found if not request.mine or turns.is_mine(one)]
            shown = await with_events(moment, wanted[offset : offset + size])
            counts = await counted(moment, [one for one, _ in shown if one.kind == "verification"])
        matters = [_matter(one, event, tree, turns, counts) for one, event in shown]
        return pb.MatterList(
            matters=matters, total=len(wanted), day=day.isoformat(), demonstration=tree.demonstration
        )  # fmt: skip


def _known(kind: str) -> str:
    if kind not in KINDS:
        raise refuse("matter-kind", field="kinds", kind="invalid", value=kind[:40], known="、".join(KINDS))
    return kind


def _matter(one: Open, event: Event, tree: TreeOfDay, turns: Turns, counts: Counts) -> pb.Matter:
    proposer = turns.account(event.actor)
    found = pb.Matter(
        kind=one.kind, field=one.field, subject=one.subject, code=one.code, name=one.name,
        unit=unit_name(tree, one.unit), since=one.since, mine=turns.is_mine(one),
        proposed_by=tree.name(proposer.unit) if proposer and proposer.unit in tree else "",
        proposed_as=proposer.role if proposer else "",
    )  # fmt: skip
    data: Any = event.data
    if one.kind == "verification":
        found.until = data.answer_by.isoformat()
        known, reported = both(one, event, counts)
        found.known.CopyFrom(_value(known, data.confirmed))
        found.reported.CopyFrom(_value(reported, data.reported))
    elif one.kind == "transfer":
        found.to_unit.CopyFrom(unit_name(tree, data.to_unit))
        found.reason = data.reason or ""
    else:
        review = data.review_date
        found.until = review.isoformat() if review else ""
        found.reason = value_in_words(data.reason, {}) if data.reason else ""
    if one.kind == "scope":
        found.evidence, found.in_scope = data.evidence or "", data.in_scope
    return found


def _value(counted: Counted | None, told: int | None) -> pb.MatterValue:
    """The count as it stands now; as the event told it where no count is known by itself."""
    if counted is None:
        return pb.MatterValue(value="" if told is None else str(told))
    return pb.MatterValue(value=str(counted.value), source=counted.source, on=counted.on)
