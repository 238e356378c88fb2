"""One row of a ledger at a desk: found, compared, planned, and carried out by the ordinary commands, all or nothing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from pydantic import ValidationError

from services.registry.commands.desk import Desk
from services.registry.commands.execute import execute, parse
from services.registry.domain.enterprise import Enterprise
from services.registry.domain.enterprise.covering import ADVISER_KINDS
from services.registry.domain.organisation import Organisation
from services.registry.ledger.fields import FIELDS, Values
from services.registry.ledger.folded import Folded
from services.registry.ledger.plan import Case, Joinable, Plan, Step, fault
from services.registry.ledger.planning import plan_row
from services.registry.ledger.standing import concerns_organisation, organisation_of, standing_values
from services.registry.ledger.words import shown
from xianfeng.event import derived_id, subject_id
from xianfeng.refusal import Refused
from xianfeng.rpc.permissions import Permissions
from xianfeng.rpc.violations import violations
from xianfeng.store.session import Session

__all__ = ["Job", "Row", "decide_row", "prepare"]

_METHOD = "/xianfeng.registry.v1.Commands/{}"
_CELLS = {
    "review_date": "not_ready_review", "on": "approved_on", "ends": "term_ends", "begins": "term_begins",
    "name": "organisation", "until": "recruiting",
}  # fmt: skip
"""Fields of commands → the cells they come from, where they are called otherwise."""


@dataclass(frozen=True)
class Job:
    """What all rows of a file have in common. `file` tells its commands from those of any other file."""

    unit: str
    effective: date
    file: str
    count_source: str
    permissions: Permissions
    inside: dict[str, bool] = field(default_factory=dict)
    """Home unit → whether it lies in the job's unit, as far as rows asked."""

    def covers(self, desk: Desk, unit: str) -> bool:
        """Whether a home unit lies in the job's. Each command asks for the account's right by itself."""
        if unit not in self.inside:
            self.inside[unit] = desk.lies_under(unit, self.unit)
        return self.inside[unit]

    def command_id(self, number: int) -> str:
        """The same for the same row of the same file, meant the same way."""
        return derived_id("ledger", self.file, str(number), self.unit, self.effective.isoformat(), self.count_source)


@dataclass(frozen=True)
class Row:
    """A row whose enterprise was found. `said`: what an export said of the stated fields; None: it is from none."""

    number: int
    subject: str
    stated: Values
    said: Values | None = None
    forming: str | None = None
    joinable: tuple[Joinable, ...] = ()


def prepare(session: Session, subjects: Collection[str], day: date, folded: Folded | None = None) -> None:
    """Fetch the enterprises of many rows and what covers them, together."""
    session.load(Enterprise, subjects, folded.take(subjects) if folded else None)
    found = (session.find(Enterprise, subject) for subject in subjects)
    covering = {organisation_of(enterprise, day) for enterprise in found if enterprise is not None}
    session.load(Organisation, [organisation for organisation in covering if organisation is not None])


def decide_row(desk: Desk, row: Row, job: Job) -> dict[str, Any]:
    """Carry the row out; what it came to. Raises Refused, its field a field of the ledger: nothing is taken then."""
    enterprise = desk.find(Enterprise, row.subject, "name")
    home = desk.home(enterprise)
    if not job.covers(desk, home):
        raise fault("outside", field="name", kind="denied")
    if enterprise.merged_into:
        raise fault("merged", field="name")
    case = _case(desk, row, job, enterprise, home)
    _require_as_exported(desk, row, case, enterprise)
    plan = plan_row(case, job.count_source)
    warnings = [warning for step in plan.steps for warning in _carry_out(desk, step, job)]
    return _outcome(desk, enterprise, plan, warnings)


def _case(desk: Desk, row: Row, job: Job, enterprise: Enterprise, home: str) -> Case:
    day, stated = job.effective, row.stated
    return Case(
        enterprise.id, home, day, _standing(desk, enterprise, day, stated), stated, organisation_of(enterprise, day),
        _advisers(enterprise, day) if "adviser" in stated else (), partial(_opening, desk), row.forming, row.joinable,
    )  # fmt: skip


def _advisers(enterprise: Enterprise, day: date) -> tuple[str, ...]:
    found = (enterprise.value(f"adviser.{kind}", day) for kind in ADVISER_KINDS)
    return tuple(dict.fromkeys(adviser for adviser in found if adviser))


def _standing(desk: Desk, enterprise: Enterprise, day: date, wanted: Values) -> Values:
    covering = organisation_of(enterprise, day) if concerns_organisation(wanted) else None
    organisation = desk.session.find(Organisation, covering) if covering else None
    return standing_values(enterprise, organisation, day, wanted)


def _require_as_exported(desk: Desk, row: Row, case: Case, enterprise: Enterprise) -> None:
    """A cell may change only what the person who filled it in was shown."""
    if row.said is None:
        return
    today = case.now if case.day == desk.today else _standing(desk, enterprise, desk.today, row.stated)
    for key in case.changes(*FIELDS):
        said, now = row.said.get(key, ""), today.get(key, "")
        if said != now:
            raise fault("changed-since", field=key, kind="version", said=shown(key, said), now=shown(key, now))


def _carry_out(desk: Desk, step: Step, job: Job) -> list[str]:
    try:
        job.permissions.check(desk.principal, _METHOD.format(step.name))
        id = _step_id(desk, step.name)
        command = parse(step.name, {**step.fields, "meta": {"command_id": id, "effective": job.effective}})
        own = Desk(desk.session, desk.principal, desk.today, desk.holders, id)
        return list(execute(own, command)["warnings"])
    except ValidationError as wrong:
        first = violations(wrong)[0]
        raise fault("value", field=_cell(first.field, step), text=first.description) from None
    except Refused as refused:
        refused.field = _cell(refused.field, step)
        raise


def _cell(field: str, step: Step) -> str:
    field = _CELLS.get(field, field)
    return field if field in FIELDS else step.cell


def _step_id(desk: Desk, name: str) -> str:
    return derived_id(desk.command_id, name)


def _opening(desk: Desk) -> str:
    return subject_id(Organisation.PREFIX, _step_id(desk, "OpenOrganisation"))


def _outcome(desk: Desk, enterprise: Enterprise, plan: Plan, warnings: list[str]) -> dict[str, Any]:
    return {
        "subject": enterprise.id,
        "name": enterprise.known("name", desk.today),
        "changes": [[field, before, after] for field, (before, after) in plan.changes.items()],
        "needs": [list(need) for need in plan.needs],
        "warnings": warnings,
        "events": len(desk.session.pending),
    }
