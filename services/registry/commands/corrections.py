"""Facts that were never true, or true of another enterprise (domain §4: 更正)."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from services.registry.commands.desk import Desk
from services.registry.commands.model import Command, EnterpriseRef, Handler, Ref
from services.registry.domain.base import DatedAggregate, on_day
from services.registry.domain.enterprise import Enterprise
from services.registry.domain.organisation import Organisation
from services.registry.domain.words import refuse
from services.registry.events.base import Name
from xianfeng.event import Event

__all__ = ["COMMANDS", "find_event"]

EventId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f-]{36}$")]


class VoidFact(Command):
    """One fact of a subject was never true. `subject` may be an enterprise's code."""

    subject: EnterpriseRef
    event: EventId
    reason: Name


def void(desk: Desk, command: VoidFact) -> DatedAggregate:
    if "-" in command.subject:
        aggregate = desk.subject(command.subject, "subject")
    else:
        aggregate = desk.target(Enterprise, command.subject, "subject")
    event = find_event(desk, aggregate, command.event, "event")
    aggregate.void(event, command.reason)
    if isinstance(aggregate, Organisation) and getattr(event.data, "step", None) == "approved":
        _uncover_owner(desk, aggregate, command.reason)
    return aggregate


def _uncover_owner(desk: Desk, organisation: Organisation, reason: str) -> None:
    """An approval (批复) that never was did not make the organisation its owner's either."""
    if organisation.of is None:
        return
    owner = desk.find_any(organisation.of, "subject")
    for recorded in desk.session.events(owner.id):
        if getattr(recorded.data, "organisation", None) == organisation.id:
            owner.void(recorded, reason)


class MoveFact(Command):
    """Recorded for the wrong enterprise: taken out there, recorded here, true from the same day."""

    TARGET = "enterprise"
    enterprise: EnterpriseRef
    event: EventId
    to: EnterpriseRef
    reason: Name


def move(desk: Desk, command: MoveFact, enterprise: Enterprise) -> Enterprise:
    to = desk.target(Enterprise, command.to, "to")
    if to.id == enterprise.id:
        raise refuse("move-to-itself", field="to", kind="invalid")
    event = find_event(desk, enterprise, command.event, "event")
    with on_day(event.effective):
        enterprise.void(event, command.reason)
        to.take_over(event)
    for other in (getattr(event.data, name, None) for name in ("organisation", "adviser")):
        if other is not None:
            desk.link(other, to.id)
    return enterprise


def find_event(desk: Desk, aggregate: DatedAggregate, event: Ref, field: str) -> Event:
    """The recorded event of this subject. Refused when it has no such event."""
    for recorded in desk.session.events(aggregate.id):
        if recorded.id == event:
            return recorded
    raise refuse("unknown-event", field=field, kind="unknown", event=event, subject=aggregate.id)


COMMANDS: dict[type[Command], Handler] = {VoidFact: void, MoveFact: move}
