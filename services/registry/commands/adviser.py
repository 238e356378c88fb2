"""Advisers (党建工作指导员), and the people behind roles."""

from __future__ import annotations

from services.registry.commands.desk import Desk
from services.registry.commands.model import Command, Day, Handler, Ref, UnitRef, fact
from services.registry.domain.adviser import Adviser, Holder
from services.registry.domain.base import DatedAggregate, on_day
from services.registry.domain.organisation import Organisation
from services.registry.domain.words import refuse
from services.registry.events.base import AdviserKind, FreeText
from services.registry.events.organisation import AdviserAppointed, AdviserLeft, Erasure
from services.registry.holders import PersonName, Phone
from xianfeng.event import subject_id

__all__ = ["COMMANDS"]


class AdviserCommand(Command):
    TARGET = "adviser"
    adviser: Ref


class AppointAdviser(Command):
    """`community`: from the leading group of the community Party organisation. `until`: the last day of the term."""

    kind: AdviserKind
    unit: UnitRef
    name: PersonName
    phone: Phone | None = None
    full_time: bool = False
    until: Day | None = None


def appoint(desk: Desk, command: AppointAdviser) -> Adviser:
    unit = desk.unit(command.unit, "unit")
    adviser = desk.session.new(Adviser, subject_id(Adviser.PREFIX, desk.command_id))
    holder = desk.new_holder(command.name, command.phone, adviser.id)
    adviser.appoint(fact(AdviserAppointed, command, unit=unit, holder=holder))
    return adviser


class ChangeAdviserTerm(AdviserCommand):
    until: Day | None = None


def change_term(desk: Desk, command: ChangeAdviserTerm, adviser: Adviser) -> Adviser:
    """Assignments that run as long as the term follow it; those with an end of their own stay."""
    before = adviser.until
    adviser.change_term(command.until)
    for place in desk.linked(adviser.id):
        place.follow_adviser(adviser.id, before, command.until)
    return adviser


class EndAdviser(AdviserCommand):
    """The person leaves: released everywhere in the same transaction."""

    reason: FreeText | None = None


def end(desk: Desk, command: EndAdviser, adviser: Adviser) -> Adviser:
    adviser.leave(fact(AdviserLeft, command))
    for place in desk.linked(adviser.id):
        for day in place.adviser_days(adviser.id):
            with on_day(day):
                place.free_adviser(adviser.id, "left")
    desk.holder_ended(adviser.holder, adviser.day)
    return adviser


class SetContact(Command):
    """Name and office phone of an adviser or of an organisation's secretary; no fact, and so no event."""

    subject: Ref
    name: PersonName
    phone: Phone | None = None


def set_contact(desk: Desk, command: SetContact) -> DatedAggregate:
    role, holder = _role_and_holder(desk, command.subject)
    desk.holders.put(desk.session, holder, subject=role.id, name=command.name, phone=command.phone)
    return role


class EraseContact(Command):
    """The person disappears; what the role did stays."""

    holder: Ref
    reason: Erasure


def erase_contact(desk: Desk, command: EraseContact) -> Holder:
    rows = desk.session.query("select subject from holder where holder = %s", (command.holder,))
    if not rows:
        raise refuse("unknown-holder", field="holder", kind="unknown", holder=command.holder)
    desk.subject(rows[0][0], "holder")
    desk.holders.erase(desk.session, command.holder)
    person = desk.session.find(Holder, command.holder) or desk.session.new(Holder, command.holder)
    person.erase(command.reason)
    return person


def _role_and_holder(desk: Desk, subject: str) -> tuple[DatedAggregate, str]:
    role = desk.subject(subject, "subject")
    holder = role.holder if isinstance(role, Adviser) else _secretary(role)
    if holder is None:
        raise refuse("no-holder", field="subject", subject=subject)
    return role, holder


def _secretary(role: DatedAggregate) -> str | None:
    return role.value("secretary") if isinstance(role, Organisation) else None


COMMANDS: dict[type[Command], Handler] = {
    AppointAdviser: appoint,
    ChangeAdviserTerm: change_term,
    EndAdviser: end,
    SetContact: set_contact,
    EraseContact: erase_contact,
}
