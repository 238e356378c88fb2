"""The gRPC service `Ledgers`: rows out, and rows in, checked on one moment or applied through the writer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from typing import Any

from proto.xianfeng.registry.v1 import ledger_pb2 as pb
from proto.xianfeng.registry.v1.ledger_pb2_grpc import LedgersServicer as Base
from services.registry.application import Application
from services.registry.commands.desk import Desk
from services.registry.domain.days import check_effective
from services.registry.domain.enterprise import Enterprise
from services.registry.events import CATALOGUE
from services.registry.ledger.applying import FoundRow, apply_rows, matched
from services.registry.ledger.deciding import Job, Row, decide_row, prepare
from services.registry.ledger.exporting import export_rows
from services.registry.ledger.folded import Folded
from services.registry.ledger.matching import Found, Matching
from services.registry.ledger.messages import answer_of, asked_of, export_row, fault_of
from services.registry.ledger.plan import fault
from services.registry.queries.reading import Moment
from services.registry.queries.request import Trees, read_day, read_unit, short
from xianfeng.collector import resting
from xianfeng.event import Act, new_id
from xianfeng.refusal import Refused
from xianfeng.rpc.caller import Principal, principal
from xianfeng.rpc.permissions import Permissions
from xianfeng.store.pool import Pool
from xianfeng.store.rehearsal import Rehearsal
from xianfeng.store.session import Session

__all__ = ["LedgersServicer"]

_MOST_ROWS = 1_000
_KEPT_SECONDS = 600
"""So long a person may think about what a check has shown; later the enterprises are folded again."""
SOURCES = ("community_verified", "organisation_verified")
"""A ledger is kept by an office: what it counts is confirmed, by the community or by the organisation itself."""


class LedgersServicer(Base):
    """`permissions`: a row may do only what the account may ask for command by command."""

    def __init__(
        self, application: Application, dsn: str, pool: Pool, trees: Trees, permissions: Permissions
    ) -> None:  # fmt: skip
        self._application = application
        self._dsn = dsn
        self._pool = pool
        self._trees = trees
        self._permissions = permissions
        self._folded = Folded()

    async def Export(self, request: pb.LedgerExportRequest, context: Any) -> AsyncIterator[pb.LedgerExportRows]:  # noqa: N802
        day = self._application.clock.today()
        tree = self._trees.on(day)
        unit = read_unit(tree, request.unit, principal(), "unit")
        path = tree.path_name(unit) or tree.name(unit)
        yield pb.LedgerExportRows(
            unit=unit, unit_path=path, day=day.isoformat(), demonstration=tree.demonstration
        )  # fmt: skip
        async with Moment.of(self._pool) as moment, aclosing(export_rows(moment, tree, unit, day)) as chunks:
            async for chunk in chunks:
                yield pb.LedgerExportRows(rows=[export_row(row) for row in chunk])

    async def Check(self, requests: AsyncIterator[pb.LedgerRows], context: Any) -> AsyncIterator[pb.LedgerAnswers]:  # noqa: N802
        caller = principal()
        rehearsal = await asyncio.to_thread(
            Rehearsal, self._dsn, "registry", CATALOGUE, clock=self._application.clock
        )  # fmt: skip
        try:
            async with aclosing(self._jobs(requests, caller)) as jobs:
                async for job, rows in jobs:
                    with resting():
                        decided = await asyncio.to_thread(self._rehearse, rehearsal, job, caller, rows)
                    yield pb.LedgerAnswers(answers=decided)
        finally:
            await asyncio.to_thread(rehearsal.close)
            asyncio.get_running_loop().call_later(_KEPT_SECONDS, self._folded.clear)

    async def Apply(self, requests: AsyncIterator[pb.LedgerRows], context: Any) -> AsyncIterator[pb.LedgerAnswers]:  # noqa: N802
        caller = principal()
        waiting: asyncio.Task[pb.LedgerAnswers] | None = None
        async with aclosing(self._jobs(requests, caller)) as jobs:
            async for job, rows in jobs:
                # The next rows are found while the writer decides these.
                before, waiting = waiting, asyncio.create_task(self._apply(job, caller, rows))
                if before is not None:
                    yield await before
        if waiting is not None:
            yield await waiting

    async def _apply(self, job: Job, caller: Principal, rows: Sequence[FoundRow]) -> pb.LedgerAnswers:
        return pb.LedgerAnswers(answers=await apply_rows(self._application, job, caller, rows, self._folded))

    async def _jobs(
        self, requests: AsyncIterator[pb.LedgerRows], caller: Principal
    ) -> AsyncGenerator[tuple[Job, list[FoundRow]], None]:  # fmt: skip
        """Each message's rows with what was found of them. Raises Refused for a stream without a beginning."""
        job, matching = None, None
        async for request in requests:
            if request.HasField("begin"):
                job, matching = self._begin(request.begin, caller)
            if job is None or matching is None:
                raise fault("no-beginning", field="begin")
            rows = list(request.rows)
            if len(rows) > _MOST_ROWS:
                raise fault("too-many-rows", field="rows", most=_MOST_ROWS)
            if rows:
                async with Moment.of(self._pool) as moment:
                    found = await matching.match(moment, [asked_of(row) for row in rows])
                yield job, list(zip(rows, found, strict=True))

    def _begin(self, begin: pb.LedgerBegin, caller: Principal) -> tuple[Job, Matching]:
        today = self._application.clock.today()
        tree = self._trees.on(today)
        unit = read_unit(tree, begin.unit, caller, "unit")
        effective = read_day(begin.effective, today, "effective")
        check_effective(effective, today)
        source = begin.count_source or SOURCES[0]
        if source not in SOURCES:
            raise fault("count-source", field="count_source", choices="、".join(SOURCES))
        job = Job(unit, effective, short(begin.file, "file", needed=True), source, self._permissions)
        return job, Matching(tree, unit, caller.unit or tree.root)

    def _rehearse(
        self, rehearsal: Rehearsal, job: Job, caller: Principal, rows: Sequence[FoundRow]
    ) -> list[pb.LedgerAnswer]:  # fmt: skip
        act = Act(caller.account, new_id(self._application.clock), "", job.effective)
        subjects = [one.subject for _, one in rows if isinstance(one, Found)]

        def load(session: Session) -> dict[str, Any]:
            prepare(session, subjects, job.effective)
            self._folded.keep(one for subject in subjects if (one := session.find(Enterprise, subject)))
            return {}

        rehearsal.decide(act, load)

        def decide(row: Row) -> dict[str, Any]:
            def at_desk(session: Session) -> dict[str, Any]:
                holders, today = self._application.holders, self._application.clock.today()
                return decide_row(Desk(session, caller, today, holders, job.command_id(row.number)), row, job)

            return rehearsal.decide(act, at_desk)

        answers = []
        for message, one in rows:
            row = matched(message, one)
            try:
                if isinstance(row, Refused):
                    raise row
                answers.append(answer_of(message, decide(row)))
            except Refused as refused:
                answers.append(fault_of(message, refused, one))
        rehearsal.rest()
        return answers
