"""Registering an enterprise, its registry facts, and its place."""

from __future__ import annotations

from services.registry.codes import check_code
from services.registry.commands.desk import Desk
from services.registry.commands.model import Command, Day, EnterpriseRef, Handler, UnitRef, fact
from services.registry.domain.enterprise import Enterprise
from services.registry.domain.unit import Unit
from services.registry.domain.words import refuse
from services.registry.events.base import Code, FreeText, Name
from services.registry.events.enterprise import (
    EnterpriseDetailsChanged,
    EnterpriseRegistered,
    EnterpriseRegistryStatusChanged,
    EnterpriseTransferProposed,
    EntityKind,
    RegistryStatus,
)
from xianfeng.event import subject_id

__all__ = ["COMMANDS", "EnterpriseCommand"]


class EnterpriseCommand(Command):
    TARGET = "enterprise"
    enterprise: EnterpriseRef


class RegisterEnterprise(Command):
    code: Code
    name: Name
    unit: UnitRef
    registry_status: RegistryStatus = "active"
    kind: EntityKind = "legal_person"
    parent_code: Code | None = None
    founded: Day | None = None
    authority: FreeText | None = None
    address: FreeText | None = None
    industry_code: FreeText | None = None
    operating_unit: UnitRef | None = None


def register(desk: Desk, command: RegisterEnterprise) -> Enterprise:
    unit = desk.unit(command.unit, "unit")
    holder = desk.session.find_claim("code", check_code(command.code))
    if holder is not None:
        raise refuse("code-taken", field="code", kind="taken", code=command.code, subject=holder)
    operating = command.operating_unit and desk.any_unit(command.operating_unit, "operating_unit")
    enterprise = desk.session.new(Enterprise, _new_subject(desk, command.code))
    desk.session.claim("code", command.code, enterprise.id, field="code")
    enterprise.register(fact(EnterpriseRegistered, command, unit=unit, operating_unit=operating))
    return enterprise


def _new_subject(desk: Desk, code: str) -> str:
    """The first bearer of a code takes its id from it; one that gets a code given up by another does not."""
    subject = subject_id(Enterprise.PREFIX, code)
    if desk.session.find(Enterprise, subject) is None:
        return subject
    return subject_id(Enterprise.PREFIX, code, desk.command_id)


class RenameEnterprise(EnterpriseCommand):
    name: Name


def rename(desk: Desk, command: RenameEnterprise, enterprise: Enterprise) -> Enterprise:
    enterprise.rename(command.name)
    return enterprise


class CorrectEnterpriseCode(EnterpriseCommand):
    code: Code


def correct_code(desk: Desk, command: CorrectEnterpriseCode, enterprise: Enterprise) -> Enterprise:
    holder = desk.session.find_claim("code", check_code(command.code))
    if holder not in (None, enterprise.id):
        raise refuse("code-taken", field="code", kind="taken", code=command.code, subject=holder)
    if enterprise.code != command.code:
        desk.session.release("code", enterprise.code)
        desk.session.claim("code", command.code, enterprise.id, field="code")
    enterprise.correct_code(command.code)
    return enterprise


class ChangeEnterpriseDetails(EnterpriseCommand):
    kind: EntityKind | None = None
    parent_code: Code | None = None
    founded: Day | None = None
    authority: FreeText | None = None
    address: FreeText | None = None
    industry_code: FreeText | None = None
    operating_unit: UnitRef | None = None


def change_details(desk: Desk, command: ChangeEnterpriseDetails, enterprise: Enterprise) -> Enterprise:
    operating = command.operating_unit and desk.any_unit(command.operating_unit, "operating_unit")
    enterprise.change_details(fact(EnterpriseDetailsChanged, command, operating_unit=operating))
    return enterprise


class ChangeRegistryStatus(EnterpriseCommand):
    registry_status: RegistryStatus


def change_registry_status(desk: Desk, command: ChangeRegistryStatus, enterprise: Enterprise) -> Enterprise:
    enterprise.change_registry_status(fact(EnterpriseRegistryStatusChanged, command))
    return enterprise


class PlaceEnterprise(EnterpriseCommand):
    unit: UnitRef


def place(desk: Desk, command: PlaceEnterprise, enterprise: Enterprise) -> Enterprise:
    """By an account above both the present and the new unit; between units of others see ProposeTransfer."""
    enterprise.place(desk.unit(command.unit, "unit"))
    return enterprise


class ProposeTransfer(Command):
    TARGET = None
    enterprise: EnterpriseRef
    to_unit: UnitRef
    reason: FreeText | None = None


def propose_transfer(desk: Desk, command: ProposeTransfer) -> Enterprise:
    """By either side: the unit that has the enterprise, or the one that is to have it."""
    enterprise = desk.find(Enterprise, command.enterprise, "enterprise")
    to_unit = desk.any_unit(command.to_unit, "to_unit")
    desk.require_either_side(enterprise, to_unit)
    enterprise.propose_transfer(fact(EnterpriseTransferProposed, command, to_unit=to_unit))
    return enterprise


class AcceptTransfer(Command):
    enterprise: EnterpriseRef


def accept_transfer(desk: Desk, command: AcceptTransfer) -> Enterprise:
    """By the side that did not propose it."""
    enterprise = desk.find(Enterprise, command.enterprise, "enterprise")
    desk.session.get(Unit, enterprise.proposed_unit(), field="enterprise").require_open()
    desk.require_other_side(enterprise)
    enterprise.accept_transfer()
    return enterprise


class DeclineTransfer(Command):
    enterprise: EnterpriseRef
    reason: Name


def decline_transfer(desk: Desk, command: DeclineTransfer) -> Enterprise:
    """By either side: declined by the one that was asked, or taken back by the one that proposed."""
    enterprise = desk.find(Enterprise, command.enterprise, "enterprise")
    desk.require_either_side(enterprise, enterprise.proposed_unit())
    enterprise.decline_transfer(command.reason)
    return enterprise


class AddWorkingUnit(Command):
    enterprise: EnterpriseRef
    unit: UnitRef


def add_working_unit(desk: Desk, command: AddWorkingUnit) -> Enterprise:
    """By either side: the home unit, or the unit where the enterprise works."""
    unit = desk.any_unit(command.unit, "unit")
    enterprise = _of_either_side(desk, command.enterprise, unit)
    enterprise.add_working_unit(unit)
    return enterprise


class RemoveWorkingUnit(Command):
    enterprise: EnterpriseRef
    unit: UnitRef


def remove_working_unit(desk: Desk, command: RemoveWorkingUnit) -> Enterprise:
    unit = desk.find(Unit, command.unit, "unit").id
    enterprise = _of_either_side(desk, command.enterprise, unit)
    enterprise.remove_working_unit(unit)
    return enterprise


def _of_either_side(desk: Desk, ref: str, unit: str) -> Enterprise:
    enterprise = desk.find(Enterprise, ref, "enterprise")
    if enterprise.merged_into:
        raise refuse("enterprise-merged", field="enterprise", into=enterprise.merged_into)
    desk.require_either_side(enterprise, unit)
    return enterprise


COMMANDS: dict[type[Command], Handler] = {
    RegisterEnterprise: register,
    RenameEnterprise: rename,
    CorrectEnterpriseCode: correct_code,
    ChangeEnterpriseDetails: change_details,
    ChangeRegistryStatus: change_registry_status,
    PlaceEnterprise: place,
    ProposeTransfer: propose_transfer,
    AcceptTransfer: accept_transfer,
    DeclineTransfer: decline_transfer,
    AddWorkingUnit: add_working_unit,
    RemoveWorkingUnit: remove_working_unit,
}
