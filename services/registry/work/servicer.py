"""The gRPC service `Work`: the account's own lists, several of one moment."""

from __future__ import annotations

from typing import Any

from proto.xianfeng.registry.v1 import work_pb2 as pb
from proto.xianfeng.registry.v1.work_pb2_grpc import WorkServicer as Base
from services.registry.domain.words import refuse
from services.registry.feed.placing import UPPER
from services.registry.holders import Holders
from services.registry.queries.reading import Moment
from services.registry.queries.request import Trees, below, count, read_unit, unit_name
from services.registry.queries.tokens import read_token, token_of
from services.registry.work.lists import LISTS, After, Item, Question, read
from xianfeng.rpc.caller import principal
from xianfeng.store.pool import Pool
from xianfeng.units import TreeOfDay

__all__ = ["WorkServicer"]

_PAGE, _MOST = 10, 100
_FIRST = After("", "", "", "")
_NOTHING: tuple[int, list[Item]] = (0, [])


class WorkServicer(Base):
    """`trees` gives the units of any day; advisers bear the masked name of their holder."""

    def __init__(self, pool: Pool, trees: Trees, holders: Holders) -> None:
        self._pool = pool
        self._trees = trees
        self._holders = holders

    async def Overview(self, request: pb.WorkRequest, context: Any) -> pb.WorkOverview:  # noqa: N802
        size = count(request.first, _PAGE, _MOST, "first")
        names = [_known(name, "lists") for name in dict.fromkeys(request.lists)]
        async with Moment.of(self._pool) as moment:
            question = await self._question(moment, request.unit)
            found = await read(moment.connection, question, names, _FIRST, size + 1) if names else {}
            lists = [await self._list(moment, question, name, found.get(name, _NOTHING), size) for name in names]
        tree = question.tree
        return pb.WorkOverview(lists=lists, day=tree.day.isoformat(), demonstration=tree.demonstration)

    async def List(self, request: pb.WorkListRequest, context: Any) -> pb.WorkList:  # noqa: N802
        size, token = count(request.page_size, _PAGE, _MOST, "page_size"), request.page_token
        after = read_token(token, After) if token else _FIRST
        name = _known(request.list, "list")
        async with Moment.of(self._pool) as moment:
            question = await self._question(moment, request.unit)
            found = await read(moment.connection, question, [name], after, size + 1)
            if not found and after != _FIRST:
                # Past the end: how many there are is told by the first page.
                total, _ = (await read(moment.connection, question, [name], _FIRST, 1)).get(name, _NOTHING)
                found = {name: (total, [])}
            return await self._list(moment, question, name, found.get(name, _NOTHING), size)

    async def _question(self, moment: Moment, text: str) -> Question:
        directory, day = await moment.directory()
        tree = self._trees.on(day)
        unit = read_unit(tree, text, principal(), "unit")
        return Question(directory, tree, below(tree, unit), _upper(tree, unit))

    async def _list(
        self, moment: Moment, question: Question, name: str, found: tuple[int, list[Item]], size: int
    ) -> pb.WorkList:
        tree, (total, items) = question.tree, found
        more = token_of(items[size - 1][:4]) if len(items) > size else ""
        shown = [await self._item(moment, tree, item) for item in items[:size]]
        return pb.WorkList(
            list=name, total=total, items=shown, next_page_token=more, day=tree.day.isoformat(),
            demonstration=tree.demonstration,
        )  # fmt: skip

    async def _item(self, moment: Moment, tree: TreeOfDay, item: Item) -> pb.WorkItem:
        kind, _, part = item.kind.partition(".")
        name = item.name
        if item.of == "adviser":
            name = await self._holders.masked_name(moment.connection, name)
        return pb.WorkItem(
            kind=kind, part=part, subject=item.subject, subject_kind=item.of, code=item.code, name=name,
            unit=unit_name(tree, item.unit), since="" if item.until else item.since,
            until=item.until.isoformat() if item.until else "",
        )  # fmt: skip


def _upper(tree: TreeOfDay, unit: str) -> list[str]:
    """Where the unplaced of a unit stand: at itself and below it, or for a county and lower at its city."""
    own = [one for one in tree.subtree(unit) if tree.level(one) in UPPER]
    if own:
        return own
    above = (at for at in tree.ancestors(unit) if tree.level(at) in UPPER)
    return [found for found in (next(above, None),) if found]


def _known(name: str, field: str) -> str:
    if name not in LISTS:
        raise refuse("work-list", field=field, kind="invalid", value=name[:40], known="、".join(LISTS))
    return name
