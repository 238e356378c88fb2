"""A ledger that was taken down, filled in and handed in again, checked and not yet confirmed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from proto.xianfeng.registry.v1 import ledger_pb2 as pb
from proto.xianfeng.registry.v1.ledger_pb2_grpc import LedgerFilesStub
from tests.e2e.office import Office
from tests.fixtures.refilled import refill

__all__ = ["hand_in"]


def hand_in(office: Office, unit: str, cells: Mapping[tuple[str, str], object]) -> str:
    """The id of the unit's ledger with these cells (credit code, heading) filled in."""
    ledgers = LedgerFilesStub(office.registry)
    with TemporaryDirectory() as directory:
        down, up = Path(directory) / "down.xlsx", Path(directory) / "up.xlsx"
        down.write_bytes(
            b"".join(part.bytes for part in ledgers.Workbook(pb.LedgerExportRequest(unit=unit), timeout=60))
        )
        kept = ledgers.Upload(_parts(unit, refill(down, up, cells).read_bytes()), timeout=60)
    office.until(lambda: ledgers.Open(pb.LedgerFileRequest(id=kept.id)).state == "checked", "the check of a ledger")
    return str(kept.id)


def _parts(unit: str, content: bytes) -> Iterator[pb.LedgerUpload]:
    yield pb.LedgerUpload(begin=pb.LedgerUploadBegin(unit=unit, name="台账.xlsx"))
    yield pb.LedgerUpload(bytes=content)
