"""Forming, changing and ending a Party organisation; its members follow in the same transaction."""

from __future__ import annotations

from services.registry.commands.desk import Desk
from services.registry.commands.model import Command, Day, EnterpriseRef, Handler, Ref, UnitRef, fact
from services.registry.commands.succession import pass_on_members
from services.registry.domain.base import on_day
from services.registry.domain.enterprise import Enterprise
from services.registry.domain.organisation import Organisation
from services.registry.domain.project import Project
from services.registry.domain.words import refuse
from services.registry.events.base import Count, EndCause, Form, FreeText, Name, OrganisationType
from services.registry.events.organisation import (
    Covers,
    OrganisationEnded,
    OrganisationOpened,
    OrganisationParentsSet,
    OrganisationSecretaryConsulted,
    OrganisationStepRecorded,
    OrganisationTermSet,
    Step,
)
from services.registry.holders import PersonName, Phone
from xianfeng.event import subject_id
from xianfeng.words import say

__all__ = ["COMMANDS"]


class OrganisationCommand(Command):
    TARGET = "organisation"
    organisation: Ref


class OpenOrganisation(Command):
    """`of`: the enterprise (or, covering projects, the project) that forms its own; absent for the other forms."""

    name: Name
    form: Form
    type: OrganisationType = "branch"
    unit: UnitRef
    covers: Covers = "enterprises"
    functional: bool = False
    of: EnterpriseRef | None = None


def open_organisation(desk: Desk, command: OpenOrganisation) -> Organisation:
    owner: Enterprise | Project | None = None
    if command.of is not None:
        kind: type[Enterprise] | type[Project] = Enterprise if command.covers == "enterprises" else Project
        owner = desk.target(kind, command.of, "of")
    organisation = desk.session.new(Organisation, subject_id(Organisation.PREFIX, desk.command_id))
    unit = desk.unit(command.unit, "unit")
    organisation.open(fact(OrganisationOpened, command, unit=unit, of=owner and owner.id))
    return organisation


class RecordStep(OrganisationCommand):
    """`approved` (批复) makes it stand: an own organisation is then its owner's from the day `on`."""

    step: Step
    on: Day
    number: FreeText | None = None
    approved_by: FreeText | None = None


def record_step(desk: Desk, command: RecordStep, organisation: Organisation) -> Organisation:
    organisation.take_step(fact(OrganisationStepRecorded, command))
    if command.step == "approved" and organisation.of is not None:
        with on_day(command.on):
            _cover_owner(desk, organisation)
    return organisation


def _cover_owner(desk: Desk, organisation: Organisation) -> None:
    assert organisation.of is not None
    if organisation.covers == "enterprises":
        owner = desk.session.get(Enterprise, organisation.of)
        owner.form_own(organisation.id, organisation.known("type"))
    else:
        project = desk.session.get(Project, organisation.of)
        project.cover(organisation.id, "own")
    desk.link(organisation.id, organisation.of)


class RenameOrganisation(OrganisationCommand):
    name: Name


def rename(desk: Desk, command: RenameOrganisation, organisation: Organisation) -> Organisation:
    organisation.rename(command.name)
    return organisation


class ChangeOrganisationType(OrganisationCommand):
    """升格 or 调整 of the same organisation; one that becomes another is ended with a successor."""

    type: OrganisationType


def change_type(desk: Desk, command: ChangeOrganisationType, organisation: Organisation) -> Organisation:
    organisation.change_type(command.type)
    if organisation.of and organisation.covers == "enterprises" and organisation.stands_on(organisation.day):
        desk.session.get(Enterprise, organisation.of).form_own(organisation.id, command.type)
    return organisation


class SetTerm(OrganisationCommand):
    number: Count
    begins: Day
    ends: Day


def set_term(desk: Desk, command: SetTerm, organisation: Organisation) -> Organisation:
    organisation.set_term(fact(OrganisationTermSet, command))
    return organisation


class SetParents(OrganisationCommand):
    community: FreeText | None = None
    industry: Ref | None = None
    vertical: FreeText | None = None


def set_parents(desk: Desk, command: SetParents, organisation: Organisation) -> Organisation:
    if command.industry is not None:
        desk.find_any(command.industry, "industry")
    organisation.set_parents(fact(OrganisationParentsSet, command))
    return organisation


class TransferOrganisation(OrganisationCommand):
    unit: UnitRef


def transfer(desk: Desk, command: TransferOrganisation, organisation: Organisation) -> Organisation:
    """By an account above both units."""
    organisation.transfer(desk.unit(command.unit, "unit"))
    return organisation


class ElectBranchCommittee(OrganisationCommand):
    people: Count


def elect(desk: Desk, command: ElectBranchCommittee, organisation: Organisation) -> Organisation:
    organisation.elect_branch_committee(command.people)
    return organisation


class RecordConsultation(OrganisationCommand):
    on: Day
    agreed: bool


def consult(desk: Desk, command: RecordConsultation, organisation: Organisation) -> Organisation:
    organisation.consult(fact(OrganisationSecretaryConsulted, command))
    return organisation


class AppointSecretary(OrganisationCommand):
    """Name and office phone go to the holders' table; the event has a random id."""

    name: PersonName
    phone: Phone | None = None


def appoint(desk: Desk, command: AppointSecretary, organisation: Organisation) -> Organisation:
    if organisation.value("consulted") is None:
        desk.warnings.append(say("registry.warning.no-consultation"))
    organisation.appoint_secretary(desk.new_holder(command.name, command.phone, organisation.id))
    return organisation


class RemoveSecretary(OrganisationCommand):
    pass


def remove_secretary(desk: Desk, command: RemoveSecretary, organisation: Organisation) -> Organisation:
    holder = organisation.value("secretary")
    organisation.remove_secretary()
    desk.holder_ended(holder, organisation.day)
    return organisation


class EndOrganisation(OrganisationCommand):
    """撤销, 合并, 转隶 or 升格; with a successor its members belong to that from the same day on."""

    cause: EndCause
    successor: Ref | None = None
    document: FreeText | None = None


def end(desk: Desk, command: EndOrganisation, organisation: Organisation) -> Organisation:
    successor: Organisation | None = None
    if command.successor is not None:
        successor = desk.find(Organisation, command.successor, "successor")
        successor.require_standing()
        if successor.covers != organisation.covers:
            raise refuse("successor-covers-others", field="successor")
    organisation.end(fact(OrganisationEnded, command))
    pass_on_members(desk, organisation, command.cause, successor)
    return organisation


COMMANDS: dict[type[Command], Handler] = {
    OpenOrganisation: open_organisation,
    RecordStep: record_step,
    RenameOrganisation: rename,
    ChangeOrganisationType: change_type,
    SetTerm: set_term,
    SetParents: set_parents,
    TransferOrganisation: transfer,
    ElectBranchCommittee: elect,
    RecordConsultation: consult,
    AppointSecretary: appoint,
    RemoveSecretary: remove_secretary,
    EndOrganisation: end,
}
