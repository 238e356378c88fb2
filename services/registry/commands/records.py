"""Filings and trainings of an enterprise; its record confirmed; two records of one enterprise; successors."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from services.registry.commands.desk import Desk
from services.registry.commands.enterprise import EnterpriseCommand
from services.registry.commands.model import Command, EnterpriseRef, Handler, fact
from services.registry.domain.enterprise import Enterprise
from services.registry.domain.words import refuse
from services.registry.events.base import Count, FreeText, Name
from services.registry.events.enterprise import (
    EnterpriseFiled,
    EnterpriseSucceeded,
    EnterpriseTrainingRecorded,
    SuccessionCause,
    TrainingKind,
    TrainingLevel,
    Year,
)

__all__ = ["COMMANDS"]


class FileYear(EnterpriseCommand):
    year: Year
    organisation_formed: bool
    set_up: FreeText | None = None


def file_year(desk: Desk, command: FileYear, enterprise: Enterprise) -> Enterprise:
    enterprise.file(fact(EnterpriseFiled, command))
    return enterprise


class AcceptFiling(EnterpriseCommand):
    year: Year


def accept_filing(desk: Desk, command: AcceptFiling, enterprise: Enterprise) -> Enterprise:
    enterprise.accept_filing(command.year)
    return enterprise


class ReturnFiling(EnterpriseCommand):
    year: Year
    reason: Name


def return_filing(desk: Desk, command: ReturnFiling, enterprise: Enterprise) -> Enterprise:
    enterprise.return_filing(command.year, command.reason)
    return enterprise


class RecordTraining(EnterpriseCommand):
    kind: TrainingKind
    level: TrainingLevel
    people: Count = 1


def record_training(desk: Desk, command: RecordTraining, enterprise: Enterprise) -> Enterprise:
    enterprise.record_training(fact(EnterpriseTrainingRecorded, command))
    return enterprise


class ConfirmEnterprise(EnterpriseCommand):
    """An office has looked at a new, moved or merged record."""


def confirm(desk: Desk, command: ConfirmEnterprise, enterprise: Enterprise) -> Enterprise:
    enterprise.confirm()
    return enterprise


class MergeEnterprise(EnterpriseCommand):
    """Two records of one enterprise: `enterprise` counts no longer, `into` does."""

    into: EnterpriseRef
    reason: Name


def merge(desk: Desk, command: MergeEnterprise, enterprise: Enterprise) -> Enterprise:
    into = desk.target(Enterprise, command.into, "into")
    if into.merged_into is not None:
        raise refuse("enterprise-merged", field="into", into=into.merged_into)
    enterprise.merge_into(into.id, command.reason)
    return enterprise


class UndoMerge(EnterpriseCommand):
    reason: Name


def undo_merge(desk: Desk, command: UndoMerge, enterprise: Enterprise) -> Enterprise:
    enterprise.undo_merge(command.reason)
    return enterprise


class SucceedEnterprise(EnterpriseCommand):
    cause: SuccessionCause
    successors: Annotated[tuple[EnterpriseRef, ...], Field(min_length=1, max_length=50)]


def succeed(desk: Desk, command: SucceedEnterprise, enterprise: Enterprise) -> Enterprise:
    successors = tuple(desk.find(Enterprise, ref, "successors").id for ref in command.successors)
    enterprise.succeed(fact(EnterpriseSucceeded, command, successors=successors))
    return enterprise


COMMANDS: dict[type[Command], Handler] = {
    FileYear: file_year,
    AcceptFiling: accept_filing,
    ReturnFiling: return_filing,
    RecordTraining: record_training,
    ConfirmEnterprise: confirm,
    MergeEnterprise: merge,
    UndoMerge: undo_merge,
    SucceedEnterprise: succeed,
}
