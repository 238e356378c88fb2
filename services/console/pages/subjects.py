"""One project, organisation, committee or adviser on a day, as registry tells it to offices of its unit and above."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from proto.xianfeng.coverage.v1 import coverage_pb2
from proto.xianfeng.registry.v1 import queries_pb2
from services.console.context import Current, Day, Page
from services.console.views.subject import subject_view
from services.console.when import When

router = APIRouter()

MOST_POSTS = 200


@router.get("/projects/{subject}")
async def project(page: Current, subject: str, day: Day) -> Response:
    """Who serves and covers it, its joint meetings and surveys; its class is for offices alone, as all of this."""
    answer = await page.ask(page.context.peers.registry.GetProject, _request(subject, day))
    return _show(page, "projects", answer, day, None)


@router.get("/organisations/{subject}")
async def organisation(page: Current, subject: str, day: Day) -> Response:
    """Its facts, the steps of forming, and the enterprises that belong to it on the day."""
    answer = await page.ask(page.context.peers.registry.GetOrganisation, _request(subject, day))
    return _show(page, "organisations", answer, day, await _belonging(page, answer, day))


@router.get("/committees/{subject}")
async def committee(page: Current, subject: str, day: Day) -> Response:
    answer = await page.ask(page.context.peers.registry.GetCommittee, _request(subject, day))
    return _show(page, "committees", answer, day, None)


@router.get("/advisers/{subject}")
async def adviser(page: Current, subject: str, day: Day) -> Response:
    """Kind and term, and whom the adviser looks after; the name stays masked."""
    answer = await page.ask(page.context.peers.registry.GetAdviser, _request(subject, day))
    return _show(page, "advisers", answer, day, await _looked_after(page, answer, day))


def _request(subject: str, day: str) -> Any:
    return queries_pb2.GetRequest(ref=subject, day=day)


async def _belonging(page: Page, organisation: Any, day: str) -> Sequence[Any]:
    message = coverage_pb2.ListOrganisationsRequest(day=day, text=organisation.name)
    found = await page.ask(page.context.peers.coverage.ListOrganisations, message)
    return next((row.enterprises for row in found.rows if row.subject == organisation.subject), ())


async def _looked_after(page: Page, adviser: Any, day: str) -> Sequence[Any]:
    message = queries_pb2.ListAdviserPostsRequest(unit=adviser.unit.id, day=day, page_size=MOST_POSTS)
    found = await page.ask(page.context.peers.registry.ListAdviserPosts, message)
    return next((row.looked_after for row in found.rows if row.subject == adviser.subject), ())


def _show(page: Page, room: str, answer: Any, day: str, members: Sequence[Any] | None) -> Response:
    shown: Response = page.show(
        "subject.html", view=subject_view(answer, day), room=room, members=members, when=When(day),
        demonstration=answer.demonstration,
    )  # fmt: skip
    return shown
