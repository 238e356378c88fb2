"""Answers of service `Imports` as messages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from proto.xianfeng.registry.v1 import imports_pb2 as pb
from services.registry.feed.counts import Counts
from services.registry.feed.faults import Fault
from services.registry.feed.importing import Importing
from services.registry.feed.staging import Staged

__all__ = ["counts", "faults", "result", "waiting"]

_BATCH = 500


def counts(numbers: Counts) -> pb.ImportCounts:
    return pb.ImportCounts(**numbers.numbers())


def faults(found: Sequence[Fault]) -> Iterator[pb.ImportFaults]:
    """In batches; each fault with its words."""
    for at in range(0, len(found), _BATCH):
        yield pb.ImportFaults(faults=map(_fault, found[at : at + _BATCH]))


def _fault(fault: Fault) -> pb.ImportFault:
    return pb.ImportFault(
        number=fault.number, field=fault.field, value=fault.value, message=fault.message, remedy=fault.remedy
    )


def result(
    steps: Importing, absent: Iterable[tuple[str, str]], words: Iterable[str], *, waiting: bool
) -> pb.ImportResult:
    """What an import came to."""
    return pb.ImportResult(
        id=steps.staged.id, counts=counts(steps.counts), waiting=waiting, waits=map(_wait, steps.waits),
        absent=[pb.AbsentEnterprise(code=code, name=name) for code, name in absent], words=words,
    )  # fmt: skip


def waiting(staged: Staged) -> pb.WaitingImport:
    return pb.WaitingImport(
        id=staged.id, source=staged.source, as_of=staged.as_of.isoformat(), file=staged.file, state=staged.state,
        begun=staged.begun.isoformat(), waits=map(_wait, staged.waits),
    )  # fmt: skip


def _wait(wait: Any) -> pb.ImportWait:
    unit, name, operating, inactive = wait
    return pb.ImportWait(unit=unit, name=name, operating=operating, inactive=inactive)
