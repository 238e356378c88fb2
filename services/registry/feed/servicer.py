"""The gRPC service `Imports`: one export a call; its steps run in a thread of their own, off the event loop."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, asynccontextmanager
from typing import Any, TypeVar

from proto.xianfeng.registry.v1 import imports_pb2 as pb
from proto.xianfeng.registry.v1.imports_pb2_grpc import ImportsServicer as Base
from services.registry.domain.words import refuse
from services.registry.feed import asking, messages
from services.registry.feed.apart import Apart
from services.registry.feed.importing import Importing
from services.registry.feed.places import PlaceBook
from services.registry.feed.placing import Placer
from services.registry.feed.requests import STATUSES, read_begin, read_rows
from services.registry.feed.rows import RegistryRow
from services.registry.feed.words import resolve
from services.registry.unit_reader import UnitReader
from xianfeng.clock import Clock
from xianfeng.rpc.caller import Principal, principal
from xianfeng.store.pool import Pool

__all__ = ["ImportsServicer"]

T = TypeVar("T")


class _Job:
    """An import whose blocking steps run one after the other in one thread."""

    def __init__(self, dsn: str, clock: Clock) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="import")
        self._dsn, self._clock = dsn, clock

    async def open(self) -> None:
        self.steps = await self.do(lambda: Importing(self._dsn))
        await self.do(self.steps.lock)

    async def get_ready(self, placer: Placer) -> None:
        """Have the process that takes it at hand: it is there before the file is, and knows the places."""
        self.apart = await self.do(Apart)
        self._prepared = asyncio.get_running_loop().run_in_executor(None, self.apart.prepare, placer)

    async def take(self) -> AsyncIterator[int]:
        """How many rows were taken so far, now and then, until all are."""
        await self._prepared
        await self.do(lambda: self.apart.begin(self._dsn, self.steps.staged.id, self._clock))
        while (taken := await self.do(self.apart.taken)) is not None:
            yield taken
        await self.do(self.steps.look)

    def later(self, step: Callable[[], object]) -> None:
        """Behind what is done now; nobody waits for it, and what it leaves undone the next import does."""
        self._thread.submit(step)

    async def do(self, step: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, step)

    @asynccontextmanager
    async def within(self, block: AbstractContextManager[T]) -> AsyncIterator[T]:
        """Inside a block of the steps, which their thread enters and leaves."""
        found = await self.do(block.__enter__)
        try:
            yield found
        except BaseException as fault:
            # Not awaited: the caller may have gone away, and then nothing here waits any more.
            self._thread.submit(block.__exit__, type(fault), fault, fault.__traceback__)
            raise
        await self.do(lambda: block.__exit__(None, None, None))

    def close(self) -> None:
        """Behind a step that still runs, also when the caller went away in the middle of it."""
        if hasattr(self, "apart"):
            self._thread.submit(self.apart.end)
        if hasattr(self, "steps"):
            self._thread.submit(self.steps.close)
        self._thread.shutdown(wait=False)


class ImportsServicer(Base):
    """Lives on the event loop of `units`."""

    def __init__(self, dsn: str, pool: Pool, units: UnitReader, places: PlaceBook, clock: Clock) -> None:
        self._dsn = dsn
        self._pool = pool
        self._units = units
        self._clock = clock
        self._places = places

    async def Import(self, requests: Any, context: Any) -> AsyncIterator[pb.ImportReply]:  # noqa: N802
        sent = aiter(requests)
        first = await anext(sent, None)
        if first is None or first.WhichOneof("part") != "begin":
            raise refuse("import-order", kind="invalid", value="begin")
        new = read_begin(first.begin, principal(), self._root(), self._clock)
        async with self._job() as job:
            staged = await job.do(lambda: job.steps.begin(new))
            placer = await self._places.placer(staged.unit, staged.as_of)
            await job.get_ready(placer)
            yield pb.ImportReply(begun=pb.ImportBegun(id=staged.id, staged=staged.state != "staging"))
            if staged.state == "staging":
                async with job.within(job.steps.staging()) as add:
                    await self._stage(job, sent, add)
                await job.do(lambda: job.steps.check(placer))
            async for reply in self._take(job):
                yield reply

    async def Confirm(self, request: pb.ImportRef, context: Any) -> AsyncIterator[pb.ImportReply]:  # noqa: N802
        async with self._job() as job:
            staged = await job.do(lambda: job.steps.resume(_id(request)))
            self._require(staged.unit, principal())
            await job.get_ready(await self._places.placer(staged.unit, staged.as_of))
            await job.do(job.steps.confirm)
            async for reply in self._take(job):
                yield reply

    async def Cancel(self, request: pb.ImportRef, context: Any) -> pb.CancelResponse:  # noqa: N802
        async with self._job() as job:
            staged = await job.do(lambda: job.steps.resume(_id(request)))
            self._require(staged.unit, principal())
            await job.do(job.steps.cancel)
        return pb.CancelResponse(id=staged.id)

    async def Waiting(self, request: pb.WaitingRequest, context: Any) -> pb.WaitingResponse:  # noqa: N802
        caller = principal()
        found = [staged for staged in await asking.waiting(self._pool) if self._may(staged.unit, caller)]
        return pb.WaitingResponse(imports=map(messages.waiting, found))

    async def Unplaced(self, request: pb.UnplacedRequest, context: Any) -> pb.UnplacedResponse:  # noqa: N802
        return await asking.unplaced(self._pool, self._units.tree, request, principal())

    async def Differences(self, request: pb.DifferencesRequest, context: Any) -> pb.DifferencesResponse:  # noqa: N802
        return await asking.differences(self._pool, self._units.tree, request, principal(), self._clock.today())

    async def StatusWords(self, request: pb.StatusWordsRequest, context: Any) -> pb.StatusWordsResponse:  # noqa: N802
        return await asking.status_words(self._pool)

    async def ResolveStatus(self, request: pb.ResolveStatusRequest, context: Any) -> pb.ImportCounts:  # noqa: N802
        caller, word, status = principal(), request.word[:64].replace("\0", ""), request.status
        if status not in STATUSES - {"unknown"}:
            raise refuse("status-value", field="status", kind="invalid", value=status[:20])
        placer = await self._places.placer(self._root(), self._clock.today())
        async with self._job() as job:
            counts = await job.do(
                lambda: resolve(self._dsn, word, status, actor=caller.account, placer=placer, clock=self._clock)
            )
        return messages.counts(counts)

    @asynccontextmanager
    async def _job(self) -> AsyncIterator[_Job]:
        job = _Job(self._dsn, self._clock)
        try:
            await job.open()
            yield job
        finally:
            job.close()

    async def _stage(self, job: _Job, sent: Any, add: Callable[[Iterable[RegistryRow]], None]) -> None:
        async for request in sent:
            part = request.WhichOneof("part")
            if part == "end":
                return
            if part != "rows":
                raise refuse("import-order", kind="invalid", value=str(part))
            await job.do(lambda rows=request.rows: add(read_rows(rows)))  # type: ignore[misc]
        raise refuse("import-order", kind="invalid", value="end")

    async def _take(self, job: _Job) -> AsyncIterator[pb.ImportReply]:
        """Progress, the faults that were found here, and the result; nothing is taken of what waits."""
        steps = job.steps
        waiting = steps.staged.state == "waiting"
        if not waiting or steps.staged.dry_run:
            async for taken in job.take():
                yield pb.ImportReply(progress=pb.ImportProgress(taken=taken))
        absent = await job.do(steps.absent)
        words = await asking.words_of(self._pool, steps.staged.source) if steps.counts.unknown_status else []
        if not waiting or steps.staged.dry_run:
            for part in messages.faults(await job.do(steps.finish)):
                yield pb.ImportReply(faults=part)
            job.later(steps.clear)
        yield pb.ImportReply(result=messages.result(steps, absent, words, waiting=waiting))

    def _root(self) -> str:
        return self._units.tree.on(self._clock.today()).root

    def _may(self, unit: str, caller: Principal) -> bool:
        return self._units.lies_under(unit, caller.unit or self._root())

    def _require(self, unit: str, caller: Principal) -> None:
        if not self._may(unit, caller):
            raise refuse("import-denied", field="id", kind="denied")


def _id(request: pb.ImportRef) -> str:
    """The id as sent. Raises Refused (unknown) for what cannot be one."""
    if not re.fullmatch(r"[0-9a-f-]{36}", request.id):
        raise refuse("import-unknown", field="id", kind="unknown", id=request.id[:40].replace("\0", ""))
    return request.id
