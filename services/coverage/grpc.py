"""The gRPC face of coverage: each method hands its question to a query; refusals become statuses in the guard."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from proto.xianfeng.coverage.v1 import coverage_pb2 as pb
from proto.xianfeng.coverage.v1.coverage_pb2_grpc import CoverageServicer
from services.coverage.explain import Explainer
from services.coverage.preview import Previewer
from services.coverage.questions import Questions
from services.coverage.recall.recalls import Recalls
from services.coverage.watch import Watchers
from xianfeng.rpc.auth import principal

__all__ = ["CoverageService"]


class CoverageService(CoverageServicer):
    """`now` are the questions of what is known now; `watchers` must be running."""

    def __init__(self, now: Questions, recalls: Recalls, explainer: Explainer, watchers: Watchers) -> None:
        self._now = now
        self._recalls = recalls
        self._explainer = explainer
        self._previewer = Previewer(explainer)
        self._watchers = watchers

    async def _questions(self, request: Any) -> Questions:
        return await self._recalls.questions(request.known_at) if request.known_at else self._now

    async def Figures(self, request: pb.FiguresRequest, context: Any) -> pb.FiguresResponse:  # noqa: N802
        return await (await self._questions(request)).figures.figures(request.unit, request.day)

    async def Overview(self, request: pb.FiguresRequest, context: Any) -> pb.OverviewResponse:  # noqa: N802
        return await (await self._questions(request)).figures.overview(request.unit, request.day)

    async def List(self, request: pb.ListRequest, context: Any) -> pb.ListResponse:  # noqa: N802
        lists = (await self._questions(request)).lists
        answer: pb.ListResponse = await lists.page(request, lists.enterprises.page)
        return answer

    async def ListProjects(self, request: pb.ListProjectsRequest, context: Any) -> pb.ListProjectsResponse:  # noqa: N802
        lists = (await self._questions(request)).lists
        answer: pb.ListProjectsResponse = await lists.page(request, lists.projects.page)
        return answer

    async def ListOrganisations(  # noqa: N802
        self, request: pb.ListOrganisationsRequest, context: Any
    ) -> pb.ListOrganisationsResponse:
        lists = (await self._questions(request)).lists
        answer: pb.ListOrganisationsResponse = await lists.page(request, lists.organisations.page)
        return answer

    async def Recall(self, request: pb.RecallRequest, context: Any) -> pb.Recollection:  # noqa: N802
        return await self._recalls.recall(request.known_at)

    async def Find(self, request: pb.FindRequest, context: Any) -> pb.FindResponse:  # noqa: N802
        return await self._now.lists.finder.find(request.text, request.limit, principal().unit)

    async def Explain(self, request: pb.ExplainRequest, context: Any) -> pb.Explanation:  # noqa: N802
        return await self._explainer.explain(request, principal())

    async def Preview(self, request: pb.PreviewRequest, context: Any) -> pb.PreviewResponse:  # noqa: N802
        return await self._previewer.preview(request, principal())

    async def Watch(self, request: pb.WatchRequest, context: Any) -> AsyncIterator[pb.OverviewResponse]:  # noqa: N802
        unit = await self._now.figures.resolve(request.unit)
        async for overview in self._watchers.watch(unit):
            yield overview
