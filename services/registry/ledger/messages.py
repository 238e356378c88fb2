"""The messages of service Ledgers, and what they stand for."""

from __future__ import annotations

from typing import Any

from proto.xianfeng.registry.v1 import ledger_pb2 as pb
from services.registry.ledger.deciding import Row
from services.registry.ledger.exporting import Exported
from services.registry.ledger.fields import FIELDS
from services.registry.ledger.matching import Asked, Found, Unmatched
from services.registry.ledger.plan import fault
from xianfeng.refusal import Refused

__all__ = ["answer_of", "asked_of", "export_row", "fault_of", "row_of"]


def export_row(row: Exported) -> pb.LedgerExportRow:
    return pb.LedgerExportRow(subject=row.subject, version=row.version, values=row.values)


def asked_of(row: pb.LedgerRow) -> Asked:
    """How a row names its enterprise and its organisation."""
    stated = row.stated
    organisation = stated.get("organisation", "") or row.said.get("organisation", "")
    return Asked(row.subject, row.code, row.name, organisation, stated.get("form") == "own")


def row_of(row: pb.LedgerRow, found: Found) -> Row:
    """Raises Refused for a field that no ledger states."""
    stated = dict(row.stated)
    if unknown := stated.keys() - FIELDS.keys():
        raise fault("unknown-field", field=min(unknown))
    said = dict(row.said) if row.version else None
    return Row(row.number, found.subject, stated, said, found.forming, found.joinable)


def answer_of(row: pb.LedgerRow, outcome: dict[str, Any], *, repeated: bool = False) -> pb.LedgerAnswer:
    changes = [pb.LedgerChange(field=f, before=before, after=after) for f, before, after in outcome["changes"]]
    needs = [pb.LedgerNote(field=field, text=text) for field, text in outcome["needs"]]
    return pb.LedgerAnswer(
        number=row.number, subject=outcome["subject"], name=outcome["name"], changes=changes, needs=needs,
        warnings=outcome["warnings"], events=outcome["events"], repeated=repeated,
    )  # fmt: skip


def fault_of(row: pb.LedgerRow, refused: Refused, found: Found | Unmatched) -> pb.LedgerAnswer:
    """Nothing of the row is taken, and why."""
    near = found.candidates if isinstance(found, Unmatched) else ()
    candidates = [pb.LedgerCandidate(**one._asdict()) for one in near]
    text = "；".join(part for part in (refused.message, refused.rule) if part)
    told = pb.LedgerFault(
        field=refused.field, reason=refused.reason, text=text, remedy=refused.remedy, candidates=candidates
    )
    subject = found.subject if isinstance(found, Found) else ""
    return pb.LedgerAnswer(number=row.number, subject=subject, name=row.name, fault=told)
