"""A ledger's rows over real gRPC: what offices send, and what comes back by row number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from uuid import uuid4

from proto.xianfeng.registry.v1 import ledger_pb2 as pb
from proto.xianfeng.registry.v1.ledger_pb2_grpc import LedgersStub
from tests.integration.registry.codes import next_code
from tests.integration.registry.filling import Directory
from tests.integration.registry.running import JIEFANG, NATION, RunningRegistry
from xianfeng.rpc.caller import Principal

__all__ = ["LedgerOffice", "changes", "refilled", "row"]


class LedgerOffice:
    """Asks as an administrator of the nation, unless told otherwise; the directory is filled before every question."""

    def __init__(self, registry: RunningRegistry, directory: Directory) -> None:
        self.registry = registry
        self._directory = directory

    @property
    def today(self) -> date:
        return self.registry.clock.today()

    def register(self, name: str, unit: str = JIEFANG, **meta: Any) -> str:
        """A new enterprise's code."""
        code = next_code()
        self.registry.ask("RegisterEnterprise", code=code, name=name, unit=unit, meta=meta)
        return code

    def own_organisation(self, code: str, name: str, on: str = "2026-01-05") -> str:
        subject = self.registry.ask("OpenOrganisation", name=name, form="own", unit=JIEFANG, of=code).subject
        self.registry.ask("RecordStep", organisation=subject, step="approved", on=on, number="组〔2026〕1号")
        return str(subject)

    def joint_organisation(self, name: str, unit: str = JIEFANG, form: str = "joint") -> str:
        subject = self.registry.ask("OpenOrganisation", name=name, form=form, unit=unit).subject
        self.registry.ask("RecordStep", organisation=subject, step="approved", on="2026-01-05")
        return str(subject)

    def stub(self, role: str = "administrator", unit: str = NATION) -> LedgersStub:
        self._directory.fill(self.today)
        return LedgersStub(self.registry.channel(Principal("system:office", role, unit)))

    def export(self, unit: str = JIEFANG) -> dict[str, pb.LedgerExportRow]:
        """Rows by code."""
        answers = self.stub().Export(pb.LedgerExportRequest(unit=unit), timeout=20)
        return {row.values["code"]: row for answer in answers for row in answer.rows}

    def check(self, *rows: pb.LedgerRow, **how: Any) -> list[pb.LedgerAnswer]:
        return self._send("Check", rows, **how)

    def apply(self, *rows: pb.LedgerRow, **how: Any) -> list[pb.LedgerAnswer]:
        return self._send("Apply", rows, **how)

    def head(self) -> int:
        return int(self.registry.rows("select max(notification_id) from registry_events")[0][0])

    def _send(
        self, method: str, rows: tuple[pb.LedgerRow, ...], *, file: str = "", unit: str = JIEFANG, effective: str = "",
        stub: LedgersStub | None = None,
    ) -> list[pb.LedgerAnswer]:  # fmt: skip
        def messages() -> Iterator[pb.LedgerRows]:
            yield pb.LedgerRows(begin=pb.LedgerBegin(unit=unit, effective=effective, file=file or str(uuid4())))
            yield pb.LedgerRows(rows=rows)

        answers = getattr(stub or self.stub(), method)(messages(), timeout=20)
        return [answer for message in answers for answer in message.answers]


def row(number: int, *, code: str = "", name: str = "", **stated: str) -> pb.LedgerRow:
    """A row of a foreign ledger."""
    return pb.LedgerRow(number=number, code=code, name=name, stated=stated)


def refilled(number: int, exported: pb.LedgerExportRow, **stated: str) -> pb.LedgerRow:
    """A row of an export, some cells filled in otherwise."""
    return pb.LedgerRow(
        number=number, subject=exported.subject, version=exported.version, stated=stated,
        said={key: exported.values[key] for key in stated if key in exported.values},
    )  # fmt: skip


def changes(answer: pb.LedgerAnswer) -> Mapping[str, tuple[str, str]]:
    assert not answer.HasField("fault"), answer
    return {change.field: (change.before, change.after) for change in answer.changes}
