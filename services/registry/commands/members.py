"""Members of an enterprise: counts with their source, 数据核实, transfers under way."""

from __future__ import annotations

from services.registry.commands.desk import Desk
from services.registry.commands.enterprise import EnterpriseCommand
from services.registry.commands.model import Command, Handler, fact
from services.registry.domain.enterprise import Enterprise
from services.registry.events.base import Count, Name
from services.registry.events.enterprise import (
    CountField,
    CountSource,
    EnterpriseMembersCounted,
    EnterpriseMembersInTransfer,
    EnterpriseMembersReported,
    EnterpriseVerificationClosed,
)

__all__ = ["COMMANDS"]


class CountMembers(EnterpriseCommand):
    """`organisation_verified` and `community_verified` decide; `declared` and `yearly_report` pre-fill."""

    formal: Count | None = None
    probationary: Count | None = None
    elsewhere: Count | None = None
    source: CountSource = "community_verified"


def count(desk: Desk, command: CountMembers, enterprise: Enterprise) -> Enterprise:
    if command.source in ("declared", "yearly_report"):
        enterprise.report(fact(EnterpriseMembersReported, command))
    else:
        desk.require_role(*VERIFIERS, field="source")
        enterprise.count(fact(EnterpriseMembersCounted, command))
    return enterprise


VERIFIERS = (
    "administrator", "organisation_department", "housing_authority", "industry_committee", "sub_district", "community",
)  # fmt: skip
"""Who may confirm a count; an enterprise declares its own (domain §3)."""


class CloseVerification(EnterpriseCommand):
    field: CountField
    reason: Name


def close_verification(desk: Desk, command: CloseVerification, enterprise: Enterprise) -> Enterprise:
    enterprise.close_verification(fact(EnterpriseVerificationClosed, command))
    return enterprise


class NoteMembersInTransfer(EnterpriseCommand):
    leaving: Count = 0
    arriving: Count = 0


def note_in_transfer(desk: Desk, command: NoteMembersInTransfer, enterprise: Enterprise) -> Enterprise:
    enterprise.note_transfers(fact(EnterpriseMembersInTransfer, command))
    return enterprise


COMMANDS: dict[type[Command], Handler] = {
    CountMembers: count,
    CloseVerification: close_verification,
    NoteMembersInTransfer: note_in_transfer,
}
