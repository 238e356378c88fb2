"""The gRPC face of coverage: each method hands its question to a query; refusals become statuses in the guard."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any

from proto.xianfeng.coverage.v1 import coverage_pb2 as pb
from proto.xianfeng.coverage.v1.coverage_pb2_grpc import CoverageServicer
from services.coverage.explain import Explainer
from services.coverage.preview import Previewer
from services.coverage.queries.figures import FigureQueries
from services.coverage.queries.finding import Finder
from services.coverage.queries.kept import KeptAnswers
from services.coverage.queries.lists import ListQueries
from services.coverage.queries.organisations import OrganisationQueries
from services.coverage.queries.projects import ProjectQueries
from services.coverage.watch import Watchers
from xianfeng.rpc.auth import principal
from xianfeng.rules import RuleSet
from xianfeng.store.pool import Pool
from xianfeng.units import UnitTree

__all__ = ["CoverageService", "Lists"]

_KEPT_ROWS = 100


class Lists:
    """Everything that is asked page by page, and finding among it; equal questions are answered once."""

    def __init__(self, pool: Pool, tree: UnitTree, rules: RuleSet, kept: KeptAnswers) -> None:
        self._kept = kept
        self.enterprises = ListQueries(pool, tree, rules)
        self.projects = ProjectQueries(pool, tree, rules)
        self.organisations = OrganisationQueries(pool, tree, rules)
        self.finder = Finder(pool, tree, self.enterprises, self.projects)

    async def page(self, request: Any, compute: Callable[[Any], Awaitable[Any]]) -> Any:
        """What `compute` answers; pages as people read them are kept, whole lists for paper are not."""
        if request.page_size > _KEPT_ROWS:
            return await compute(request)
        question = type(request).__name__, request.SerializeToString(deterministic=True)
        return await self._kept.get(question, partial(compute, request))


class CoverageService(CoverageServicer):
    """`watchers` must be running."""

    def __init__(self, figures: FigureQueries, lists: Lists, explainer: Explainer, watchers: Watchers) -> None:
        self._figures = figures
        self._lists = lists
        self._explainer = explainer
        self._previewer = Previewer(explainer)
        self._watchers = watchers

    async def Figures(self, request: pb.FiguresRequest, context: Any) -> pb.FiguresResponse:  # noqa: N802
        return await self._figures.figures(request.unit, request.day)

    async def Overview(self, request: pb.FiguresRequest, context: Any) -> pb.OverviewResponse:  # noqa: N802
        return await self._figures.overview(request.unit, request.day)

    async def List(self, request: pb.ListRequest, context: Any) -> pb.ListResponse:  # noqa: N802
        answer: pb.ListResponse = await self._lists.page(request, self._lists.enterprises.page)
        return answer

    async def ListProjects(self, request: pb.ListProjectsRequest, context: Any) -> pb.ListProjectsResponse:  # noqa: N802
        answer: pb.ListProjectsResponse = await self._lists.page(request, self._lists.projects.page)
        return answer

    async def ListOrganisations(  # noqa: N802
        self, request: pb.ListOrganisationsRequest, context: Any
    ) -> pb.ListOrganisationsResponse:
        answer: pb.ListOrganisationsResponse = await self._lists.page(request, self._lists.organisations.page)
        return answer

    async def Find(self, request: pb.FindRequest, context: Any) -> pb.FindResponse:  # noqa: N802
        return await self._lists.finder.find(request.text, request.limit, principal().unit)

    async def Explain(self, request: pb.ExplainRequest, context: Any) -> pb.Explanation:  # noqa: N802
        return await self._explainer.explain(request, principal())

    async def Preview(self, request: pb.PreviewRequest, context: Any) -> pb.PreviewResponse:  # noqa: N802
        return await self._previewer.preview(request, principal())

    async def Watch(self, request: pb.WatchRequest, context: Any) -> AsyncIterator[pb.OverviewResponse]:  # noqa: N802
        unit = await self._figures.resolve(request.unit)
        async for overview in self._watchers.watch(unit):
            yield overview
