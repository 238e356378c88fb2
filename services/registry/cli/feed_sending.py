"""An export on its way to registry: read, normalised and sent in batches; what comes back is gathered."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from proto.xianfeng.registry.v1 import imports_pb2 as pb
from proto.xianfeng.registry.v1.imports_pb2_grpc import ImportsStub
from services.registry.feed.faults import Fault
from services.registry.feed.reading import Export
from services.registry.feed.rows import RegistryRow

__all__ = ["Sent", "send"]

_BATCH = 1_000
_BEGIN = 60.0
Progress = Callable[[str, int], None]
"""What goes on (`reading`, `taking`) and how many rows it has done."""


@dataclass
class Sent:
    """What became of an export. `faults`: row → what registry says is wrong; what the file shows is not in it.

    `words`: unknown status word → its rows, resolved meanwhile or not.
    """

    read: int = 0
    rejected: int = 0
    resumed: bool = False
    faults: dict[int, list[pb.ImportFault]] = field(default_factory=dict)
    words: dict[str, list[int]] = field(default_factory=dict)
    result: pb.ImportResult = field(default_factory=pb.ImportResult)

    @property
    def counts(self) -> dict[str, int]:
        """All numbers, those of the rows that were never sent included."""
        told = self.result.counts
        numbers = {part.name: int(getattr(told, part.name)) for part in told.DESCRIPTOR.fields}
        return numbers | {"read": self.read, "rejected": numbers["rejected"] + self.rejected}

    @property
    def unresolved(self) -> dict[str, list[int]]:
        """The words of this file that wait for a person, with their rows."""
        return {word: self.words[word] for word in self.result.words if word in self.words}

    def note(self, read: RegistryRow | list[Fault]) -> bool:
        """Count a row of the file; whether it is one to be sent."""
        self.read += 1
        if not isinstance(read, RegistryRow):
            self.rejected += 1
            return False
        if read.word:
            self.words.setdefault(read.word, []).append(read.number)
        return not self.resumed


def send(channel: Any, export: Export, begin: pb.ImportBegin, progress: Progress) -> Sent:
    """Import it; raises grpc.RpcError."""
    sent, begun = Sent(), threading.Event()
    for reply in ImportsStub(channel).Import(_requests(export, begin, sent, begun, progress)):
        match reply.WhichOneof("part"):
            case "begun":
                sent.resumed = reply.begun.staged
                begun.set()
            case "faults":
                for fault in reply.faults.faults:
                    sent.faults.setdefault(fault.number, []).append(fault)
            case "progress":
                progress("taking", reply.progress.taken)
            case _:
                sent.result = reply.result
    return sent


def _requests(
    export: Export, begin: pb.ImportBegin, sent: Sent, begun: threading.Event, progress: Progress
) -> Iterator[pb.ImportRequest]:
    yield pb.ImportRequest(begin=begin)
    if not begun.wait(_BEGIN):
        return
    batch: list[RegistryRow] = []
    for _, read in export.rows():
        if sent.note(read) and isinstance(read, RegistryRow):
            batch.append(read)
        if sent.read % _BATCH == 0:
            progress("reading", sent.read)
            if len(batch) >= _BATCH:
                yield _rows(batch)
                batch = []
    if batch:
        yield _rows(batch)
    progress("reading", sent.read)
    yield pb.ImportRequest(end=pb.ImportEnd())


def _rows(batch: Sequence[RegistryRow]) -> pb.ImportRequest:
    columns = dict(zip(RegistryRow._fields, zip(*batch, strict=True), strict=True))
    return pb.ImportRequest(rows=pb.ImportRows(**columns))
