"""Reporting units that people keep: opened, renamed, moved, closed, with department and lead body (domain §7)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from services.registry.commands.desk import Desk
from services.registry.commands.model import Command, Handler, UnitRef, fact
from services.registry.domain.unit import Unit
from services.registry.domain.words import refuse
from services.registry.events.base import Name
from services.registry.events.unit import Level, UnitCode, UnitOpened
from xianfeng.event import subject_id

__all__ = ["COMMANDS"]

_DEEPEST = 32


class UnitCommand(Command):
    TARGET = "unit"
    unit: UnitRef


class OpenUnit(Command):
    name: Name
    level: Level
    parent: UnitRef
    code: UnitCode | None = None
    order: Annotated[int, Field(ge=0, le=1_000_000)] = 0


def open_unit(desk: Desk, command: OpenUnit) -> Unit:
    parent = desk.unit(command.parent, "parent")
    unit = desk.session.new(Unit, subject_id(Unit.PREFIX, "command", desk.command_id))
    if command.code is not None:
        if holder := desk.session.find_claim("unit-code", command.code):
            raise refuse("unit-code-taken", field="code", kind="taken", code=command.code, subject=holder)
        desk.session.claim("unit-code", command.code, unit.id, field="code")
    unit.open(fact(UnitOpened, command, parent=parent))
    return unit


class RenameUnit(UnitCommand):
    name: Name


def rename(desk: Desk, command: RenameUnit, unit: Unit) -> Unit:
    unit.rename(command.name)
    return unit


class MoveUnit(UnitCommand):
    parent: UnitRef


def move(desk: Desk, command: MoveUnit, unit: Unit) -> Unit:
    parent = desk.unit(command.parent, "parent")
    at: str | None = parent
    for _ in range(_DEEPEST):
        if at == unit.id:
            raise refuse("unit-under-itself", field="parent", kind="invalid")
        at = desk.session.get(Unit, at).above(unit.day) if at else None
    unit.move(parent)
    return unit


class CloseUnit(UnitCommand):
    """From this day it no longer exists; with one successor its enterprises count there, else at its parent."""

    successors: Annotated[tuple[UnitRef, ...], Field(max_length=50)] = ()


def close(desk: Desk, command: CloseUnit, unit: Unit) -> Unit:
    unit.close(tuple(desk.any_unit(ref, "successors") for ref in command.successors))
    return unit


class SetCompetentDepartment(UnitCommand):
    department: Name


def set_department(desk: Desk, command: SetCompetentDepartment, unit: Unit) -> Unit:
    unit.set_department(command.department)
    return unit


class SetLeadBody(UnitCommand):
    body: Name


def set_lead_body(desk: Desk, command: SetLeadBody, unit: Unit) -> Unit:
    unit.set_lead_body(command.body)
    return unit


COMMANDS: dict[type[Command], Handler] = {
    OpenUnit: open_unit,
    RenameUnit: rename,
    MoveUnit: move,
    CloseUnit: close,
    SetCompetentDepartment: set_department,
    SetLeadBody: set_lead_body,
}
