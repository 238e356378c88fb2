"""What covers an enterprise: membership, advisers, mass organisations, a recruiting plan."""

from __future__ import annotations

from services.registry.commands.covering import adviser_in_office, organisation_to_join
from services.registry.commands.desk import Desk
from services.registry.commands.enterprise import EnterpriseCommand
from services.registry.commands.model import Command, Day, Handler, Ref
from services.registry.domain.enterprise import Enterprise
from services.registry.events.base import ReleaseCause
from services.registry.events.enterprise import MassKind

__all__ = ["COMMANDS"]


class JoinOrganisation(EnterpriseCommand):
    organisation: Ref


def join(desk: Desk, command: JoinOrganisation, enterprise: Enterprise) -> Enterprise:
    organisation, form = organisation_to_join(desk, command.organisation, "enterprises")
    enterprise.join(organisation, form)
    desk.link(organisation, enterprise.id)
    return enterprise


class LeaveOrganisation(EnterpriseCommand):
    organisation: Ref


def leave(desk: Desk, command: LeaveOrganisation, enterprise: Enterprise) -> Enterprise:
    enterprise.leave(command.organisation, "left")
    return enterprise


class AssignAdviser(EnterpriseCommand):
    """`until`: the last day; by default the end of the adviser's own term."""

    adviser: Ref
    until: Day | None = None


def assign_adviser(desk: Desk, command: AssignAdviser, enterprise: Enterprise) -> Enterprise:
    adviser = adviser_in_office(desk, command.adviser)
    enterprise.assign_adviser(adviser.id, adviser.kind, command.until or adviser.until)
    desk.link(adviser.id, enterprise.id)
    return enterprise


class ReleaseAdviser(EnterpriseCommand):
    adviser: Ref
    cause: ReleaseCause = "other"


def release_adviser(desk: Desk, command: ReleaseAdviser, enterprise: Enterprise) -> Enterprise:
    enterprise.release_adviser(command.adviser, command.cause)
    return enterprise


class FreeAdvisers(EnterpriseCommand):
    """All advisers of an enterprise that was deregistered; sent by the policy."""


def free_advisers(desk: Desk, command: FreeAdvisers, enterprise: Enterprise) -> Enterprise:
    for adviser in enterprise.advisers():
        enterprise.free_adviser(adviser, "enterprise_closed")
    return enterprise


class FormMassOrganisation(EnterpriseCommand):
    kind: MassKind


def form_mass(desk: Desk, command: FormMassOrganisation, enterprise: Enterprise) -> Enterprise:
    enterprise.form_mass(command.kind)
    return enterprise


class EndMassOrganisation(EnterpriseCommand):
    kind: MassKind


def end_mass(desk: Desk, command: EndMassOrganisation, enterprise: Enterprise) -> Enterprise:
    enterprise.end_mass(command.kind)
    return enterprise


class PlanRecruiting(EnterpriseCommand):
    until: Day


def plan_recruiting(desk: Desk, command: PlanRecruiting, enterprise: Enterprise) -> Enterprise:
    enterprise.plan_recruiting(command.until)
    return enterprise


class EndRecruiting(EnterpriseCommand):
    pass


def end_recruiting(desk: Desk, command: EndRecruiting, enterprise: Enterprise) -> Enterprise:
    enterprise.end_recruiting()
    return enterprise


COMMANDS: dict[type[Command], Handler] = {
    JoinOrganisation: join,
    LeaveOrganisation: leave,
    AssignAdviser: assign_adviser,
    ReleaseAdviser: release_adviser,
    FreeAdvisers: free_advisers,
    FormMassOrganisation: form_mass,
    EndMassOrganisation: end_mass,
    PlanRecruiting: plan_recruiting,
    EndRecruiting: end_recruiting,
}
