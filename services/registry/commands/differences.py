"""Settling a difference between a register and the offices: keep what is known, or take what was reported."""

from __future__ import annotations

from typing import Any, Literal

from services.registry.commands.desk import Desk
from services.registry.commands.enterprise import CorrectEnterpriseCode, EnterpriseCommand, correct_code
from services.registry.commands.model import Command, Handler
from services.registry.domain.enterprise import Enterprise
from services.registry.events.base import FreeText
from services.registry.events.enterprise import (
    DifferenceField,
    EnterpriseDetailsChanged,
    EnterpriseRegistryStatusChanged,
)

__all__ = ["COMMANDS", "Choice"]

Choice = Literal["keep", "take"]


class SettleDifference(EnterpriseCommand):
    field: DifferenceField
    choice: Choice
    reason: FreeText | None = None


def settle(desk: Desk, command: SettleDifference, enterprise: Enterprise) -> Enterprise:
    reported = enterprise.reported(command.field)
    if command.choice == "take":
        _take(desk, enterprise, command, reported)
    enterprise.settle_difference(command.field, taken=command.choice == "take", reason=command.reason)
    desk.session.execute(
        "update feed_difference set settled = true where subject = %s and field = %s", (enterprise.id, command.field)
    )
    return enterprise


def _take(desk: Desk, enterprise: Enterprise, command: SettleDifference, reported: str) -> None:
    stated: dict[str, Any] = {command.field: reported}
    match command.field:
        case "code":
            correct_code(
                desk, CorrectEnterpriseCode(meta=command.meta, enterprise=enterprise.id, code=reported), enterprise
            )
        case "name":
            enterprise.rename(reported)
        case "registry_status":
            enterprise.change_registry_status(EnterpriseRegistryStatusChanged(**stated))
        case "unit":
            enterprise.place(desk.unit(reported, "enterprise"))
        case _:
            enterprise.change_details(EnterpriseDetailsChanged(**stated))


COMMANDS: dict[type[Command], Handler] = {SettleDifference: settle}
