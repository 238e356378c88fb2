"""The event log over gRPC (`log.proto`): pages of stored bytes, resumed by position, followed if wanted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from psycopg.sql import SQL, Identifier
from psycopg_pool import AsyncConnectionPool

from proto.xianfeng.platform.v1 import log_pb2, log_pb2_grpc
from xianfeng.refusal import Refused
from xianfeng.rpc.closing import closing
from xianfeng.store.bell import Bell
from xianfeng.store.log import PAGE, Query, read_async
from xianfeng.store.marks import mark_at_async
from xianfeng.words import say

__all__ = ["EventLogServicer"]

_POLL = 1.0
_MOST_TYPES = 500
# A page of the largest events must stay far below the largest message.
_PAGE_BYTES = 4 * 1024 * 1024


class EventLogServicer(log_pb2_grpc.EventLogServicer):
    """Serves one service's log. `closing` ends the streams that follow."""

    def __init__(self, pool: AsyncConnectionPool[Any], name: str, bell: Bell, closing: asyncio.Event) -> None:
        self._pool = pool
        self._name = name
        self._bell = bell
        self._closing = closing

    async def Read(self, request: log_pb2.ReadRequest, context: Any) -> AsyncIterator[log_pb2.ReadResponse]:  # noqa: N802
        """Events after a position (up to 1,000 a message); the head of the log comes with each message."""
        query = _query(request)
        left = request.limit or None
        while True:
            page = PAGE if left is None else min(PAGE, left)
            rows, head = await self._page(query._replace(limit=page))
            for response in _responses(rows, head):
                yield response
            left = None if left is None else left - len(rows)
            if rows:
                last = rows[-1]
                query = query._replace(after=last.position, after_version=max(query.after_version, last.version))
            if left == 0 or (query.until and query.after >= query.until):
                return
            if len(rows) < page:
                if not request.follow:
                    return
                # What was looked through is not looked through again, though nothing that is wanted was in it.
                query = query._replace(after=max(query.after, head))
                await self._news()

    async def MarkAt(self, request: log_pb2.MarkAtRequest, context: Any) -> log_pb2.Mark:  # noqa: N802
        """The last mark at or before an instant; empty when nothing was known yet."""
        try:
            instant = datetime.fromisoformat(request.instant)
        except ValueError:
            instant = None
        if instant is None or instant.tzinfo is None:
            raise _invalid("instant")
        async with self._pool.connection() as connection:
            mark = await mark_at_async(connection, instant)
        return log_pb2.Mark() if mark is None else log_pb2.Mark(position=mark[0], instant=mark[1].isoformat())

    async def _page(self, query: Query) -> tuple[list[Any], int]:
        async with self._pool.connection() as connection:
            # The head is read first: it never lies before what the page brings.
            statement = SQL("select coalesce(max(notification_id), 0) from {}")
            cursor = await connection.execute(statement.format(Identifier(f"{self._name}_events")))
            row = await cursor.fetchone()
            rows = await read_async(connection, self._name, query)
        return rows, max(int(row[0]) if row else 0, rows[-1].position if rows else 0)

    async def _news(self) -> None:
        if not self._closing.is_set():
            await self._bell.wait(_POLL)
        if self._closing.is_set():
            raise closing()


def _query(request: log_pb2.ReadRequest) -> Query:
    for field in ("after", "limit", "after_version", "until"):
        if getattr(request, field) < 0:
            raise _invalid(field)
    if len(request.types) > _MOST_TYPES:
        raise _invalid("types")
    if "\0" in request.subject or any("\0" in type_ for type_ in request.types):
        raise _invalid("subject")
    return Query(request.after, PAGE, tuple(request.types), request.subject, request.after_version, request.until)


def _responses(rows: list[Any], head: int) -> list[log_pb2.ReadResponse]:
    responses, size = [log_pb2.ReadResponse(head=head)], 0
    for row in rows:
        if size > _PAGE_BYTES:
            responses.append(log_pb2.ReadResponse(head=head))
            size = 0
        responses[-1].events.add(position=row.position, event=row.raw)
        size += len(row.raw)
    return responses


def _invalid(field: str) -> Refused:
    return Refused(
        say("rpc.log.invalid", field=field), kind="invalid", reason="invalid-fields", field=field,
        remedy=say("rpc.log.invalid-remedy"),
    )  # fmt: skip
