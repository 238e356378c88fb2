"""What ending an organisation does to those that belong to it: no day uncovered (domain §2)."""

from __future__ import annotations

from services.registry.commands.desk import Desk
from services.registry.domain.base import on_day
from services.registry.domain.enterprise import Enterprise
from services.registry.domain.organisation import Organisation
from services.registry.domain.project import Project
from services.registry.events.base import EndCause

__all__ = ["pass_on_members"]


def pass_on_members(desk: Desk, ended: Organisation, cause: EndCause, successor: Organisation | None) -> None:
    """Every member leaves, and joins the successor, on the day of the end; one that would join later, on that day."""
    for member in desk.linked(ended.id):
        if isinstance(member, Enterprise):
            _pass_on_enterprise(desk, member, ended, cause, successor)
        else:
            _pass_on_project(desk, member, ended, cause, successor)


def _pass_on_enterprise(
    desk: Desk, member: Enterprise, ended: Organisation, cause: EndCause, successor: Organisation | None
) -> None:
    for day in member.days_of("own", ended.id):
        with on_day(day):
            member.end_own(ended.id, cause, _id(successor))
            _cover_enterprise(member, successor)
    for day in member.days_of("membership", ended.id):
        with on_day(day):
            member.leave(ended.id, cause, _id(successor))
            _cover_enterprise(member, successor)
    if successor is not None:
        desk.link(successor.id, member.id)


def _id(organisation: Organisation | None) -> str | None:
    return None if organisation is None else organisation.id


def _cover_enterprise(member: Enterprise, successor: Organisation | None) -> None:
    """An own organisation covers its owner alone: another's cannot take a member over."""
    if successor is None:
        return
    if successor.form != "own":
        member.join(successor.id, successor.form)
    elif successor.of == member.id:
        member.form_own(successor.id, successor.known("type"))


def _pass_on_project(
    desk: Desk, member: Project, ended: Organisation, cause: EndCause, successor: Organisation | None
) -> None:
    for day in member.days_of("organisation", ended.id):
        with on_day(day):
            member.uncover(ended.id, cause, _id(successor))
            if successor is not None and (successor.form != "own" or successor.of == member.id):
                member.cover(successor.id, successor.form)
                desk.link(successor.id, member.id)
