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
from xianfeng.words import say

__all__ = ["COMMANDS"]


class CountMembers(EnterpriseCommand):
    """`organisation_verified` and `community_verified` decide; `declared` and `yearly_report` pre-fill.

    Where the two that decide differ about one day, the first counts until the 数据核实 that opens is closed.
    """

    formal: Count | None = None
    probationary: Count | None = None
    elsewhere: Count | None = None
    source: CountSource = "community_verified"


def count(desk: Desk, command: CountMembers, enterprise: Enterprise) -> Enterprise:
    if command.source in ("declared", "yearly_report"):
        enterprise.report(fact(EnterpriseMembersReported, command))
    else:
        desk.require_role(*VERIFIERS, field="source")
        for field in enterprise.count(fact(EnterpriseMembersCounted, command)):
            desk.warnings.append(_apart(enterprise, field))
    return enterprise


def _apart(enterprise: Enterprise, field: CountField) -> str:
    apart = enterprise.apart(field)
    assert apart is not None
    label, source = say(f"registry.slot.{field}"), say(f"registry.value.{apart.source}")
    return say("registry.warning.counts-apart", label=label, source=source, day=apart.day, counts=apart.confirmed)


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
