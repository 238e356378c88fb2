"""What can be asked to happen: each command is a model, and a plain function that decides it."""

from __future__ import annotations

from services.registry.commands import (
    adviser,
    committee,
    corrections,
    decisions,
    differences,
    enterprise,
    enterprise_cover,
    members,
    organisation,
    project,
    records,
    unit,
)
from services.registry.commands.model import Command, Handler

__all__ = ["COMMANDS"]

_TABLES: tuple[dict[type[Command], Handler], ...] = (
    enterprise.COMMANDS, differences.COMMANDS, members.COMMANDS, enterprise_cover.COMMANDS, decisions.COMMANDS,
    records.COMMANDS, organisation.COMMANDS, committee.COMMANDS, adviser.COMMANDS, project.COMMANDS, unit.COMMANDS,
    corrections.COMMANDS,
)  # fmt: skip

COMMANDS: dict[str, tuple[type[Command], Handler]] = {
    model.__name__: (model, handler) for table in _TABLES for model, handler in table.items()
}
"""Command name → (model, handler). The name is also that of the gRPC method."""
