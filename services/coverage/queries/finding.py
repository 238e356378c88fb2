"""Finding units, enterprises and projects by a part of their name, or by code, under an account's own unit."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from proto.xianfeng.coverage.v1 import coverage_pb2 as pb
from services.coverage.queries.lists import ListQueries
from services.coverage.queries.paging import MOST
from services.coverage.queries.projects import ProjectQueries
from services.coverage.queries.request import short, unit_message
from services.coverage.queries.snapshot import snapshot
from xianfeng.names import fold_name
from xianfeng.store.pool import Pool
from xianfeng.units import TreeOfDay, UnitTree

__all__ = ["Finder"]

_FOUND = 20


class Finder:
    """Asks the lists for a text."""

    def __init__(self, pool: Pool, tree: UnitTree, lists: ListQueries, projects: ProjectQueries) -> None:
        self._pool, self._tree = pool, tree
        self._lists, self._projects = lists, projects

    async def find(self, text: str, limit: int, within: str) -> pb.FindResponse:
        """What lies at or under the unit `within` (an id; empty: the root); full-width letters are forgiven."""
        text = short(text, "text")
        if not text:
            return pb.FindResponse()
        async with snapshot(self._pool) as now:
            tree = self._tree.on(now.business_date)
        most = min(limit if limit > 0 else _FOUND, MOST)
        units = [unit_message(tree, unit) for unit in islice(_units(tree, text, within or tree.root), most)]
        enterprises = await self._lists.page(pb.ListRequest(unit=within, text=text, page_size=most))
        projects = await self._projects.page(pb.ListProjectsRequest(unit=within, text=text, page_size=most))
        return pb.FindResponse(
            units=units, enterprises=enterprises.rows, projects=projects.rows, demonstration=tree.demonstration
        )


def _units(tree: TreeOfDay, text: str, within: str) -> Iterator[str]:
    """Those that the text names first, then those with it in their name, in division order."""
    if within not in tree:
        return
    exact = [unit for unit in tree.find(text) if tree.lies_under(unit, within)]
    yield from exact
    folded = fold_name(text)
    for unit in tree.subtree(within):
        if folded in fold_name(tree.name(unit)) and tree.alive(unit) and unit not in exact:
            yield unit
