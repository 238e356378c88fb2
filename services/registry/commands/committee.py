"""物业行业党委: one for each city (a county's by practice)."""

from __future__ import annotations

from services.registry.commands.desk import Desk
from services.registry.commands.model import Command, Handler, Ref, UnitRef, fact
from services.registry.domain.committee import Committee
from services.registry.domain.words import refuse
from services.registry.events.base import Count, EndCause, Name
from services.registry.events.organisation import CommitteeChanged, CommitteeEnded, CommitteeFormed
from xianfeng.event import subject_id

__all__ = ["COMMANDS"]


class CommitteeCommand(Command):
    TARGET = "committee"
    committee: Ref


class FormCommittee(Command):
    name: Name
    unit: UnitRef
    leading_group: Count
    staff: Count


def form(desk: Desk, command: FormCommittee) -> Committee:
    unit = desk.unit(command.unit, "unit")
    if standing := desk.session.find_claim("committee", unit):
        raise refuse("committee-stands", field="unit", kind="taken", committee=standing)
    committee = desk.session.new(Committee, subject_id(Committee.PREFIX, desk.command_id))
    desk.session.claim("committee", unit, committee.id, field="unit")
    committee.form(fact(CommitteeFormed, command, unit=unit))
    return committee


class ChangeCommittee(CommitteeCommand):
    name: Name | None = None
    leading_group: Count | None = None
    staff: Count | None = None


def change(desk: Desk, command: ChangeCommittee, committee: Committee) -> Committee:
    committee.change(fact(CommitteeChanged, command))
    return committee


class EndCommittee(CommitteeCommand):
    cause: EndCause
    successor: Ref | None = None


def end(desk: Desk, command: EndCommittee, committee: Committee) -> Committee:
    if command.successor is not None:
        desk.find(Committee, command.successor, "successor")
    committee.end(fact(CommitteeEnded, command))
    desk.session.release("committee", str(committee.known("unit")))
    return committee


COMMANDS: dict[type[Command], Handler] = {FormCommittee: form, ChangeCommittee: change, EndCommittee: end}
