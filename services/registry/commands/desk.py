"""The desk at which a command is decided: it fetches what the command names, and asks whether the account may."""

from __future__ import annotations

from datetime import date
from typing import TypeVar
from uuid import uuid4

from services.registry.domain.account import Account
from services.registry.domain.adviser import Adviser, Holder
from services.registry.domain.base import DatedAggregate
from services.registry.domain.committee import Committee
from services.registry.domain.enterprise import Enterprise
from services.registry.domain.organisation import Organisation
from services.registry.domain.project import Project
from services.registry.domain.sides import asked_side
from services.registry.domain.unit import Unit
from services.registry.domain.words import refuse
from services.registry.holders import Holders
from xianfeng.event import subject_id
from xianfeng.rpc.caller import Principal
from xianfeng.store.session import Session

__all__ = ["AGGREGATES", "Desk"]

A = TypeVar("A", bound=DatedAggregate)

AGGREGATES: dict[str, type[DatedAggregate]] = {
    "enterprise": Enterprise, "organisation": Organisation, "committee": Committee, "project": Project,
    "adviser": Adviser, "unit": Unit,
}  # fmt: skip
"""Name of a command's field → what it refers to."""

_DEEPEST = 32


class Desk:
    """One command's desk. `today` is the day of authorisation: the tree of units as it stands now decides it."""

    def __init__(self, session: Session, principal: Principal, today: date, holders: Holders, command_id: str) -> None:
        self.session = session
        self.principal = principal
        self.today = today
        self.holders = holders
        self.command_id = command_id
        self.warnings: list[str] = []

    def target(self, kind: type[A], ref: str, field: str) -> A:
        """The subject that the command changes; refused when it does not lie under the account's unit."""
        aggregate = self.find(kind, ref, field)
        self._require_own(aggregate, field)
        return aggregate

    def find(self, kind: type[A], ref: str, field: str) -> A:
        """Any subject, to be named in a fact of another."""
        return self.session.get(kind, self._subject(kind, ref, field), field=field)

    def find_any(self, ref: str, field: str) -> DatedAggregate:
        """A subject of whatever kind has events under this id."""
        for kind in AGGREGATES.values():
            found = self.session.find(kind, ref)
            if found is not None:
                return found
        raise refuse("unknown-any", field=field, kind="unknown", subject=ref)

    def subject(self, ref: str, field: str) -> DatedAggregate:
        """A subject of whatever kind, under the account's unit."""
        found = self.find_any(ref, field)
        self._require_own(found, field)
        return found

    def unit(self, ref: str, field: str) -> str:
        """The id of an open unit under the account's unit."""
        unit = self.find(Unit, ref, field)
        unit.require_open()
        self.require_under(unit.id, field)
        return unit.id

    def any_unit(self, ref: str, field: str) -> str:
        """The id of an open unit, wherever it lies."""
        unit = self.find(Unit, ref, field)
        unit.require_open()
        return unit.id

    def require_under(self, unit: str, field: str) -> None:
        if not self.lies_under(unit, self.principal.unit):
            raise refuse("outside-unit", field=field, kind="denied")

    def lies_under(self, unit: str, above: str) -> bool:
        """Is the unit this one or counted below it, today? Services act everywhere."""
        if self.principal.role == "service":
            return True
        at: str | None = unit
        for _ in range(_DEEPEST):
            if at == above:
                return True
            found = self.session.find(Unit, at) if at else None
            if found is None:
                return False
            at = found.above(self.today)
        return False

    def home(self, aggregate: DatedAggregate) -> str:
        """The home unit of today; before the first day of a subject its first one."""
        if isinstance(aggregate, Unit):
            return aggregate.id
        return str(aggregate.known("unit", self.today))

    def require_above(self, enterprise: Enterprise, proposer: str) -> None:
        """Refuse unless the account's unit is above the one that proposed; an administrator needs none above."""
        mine = self.principal.unit
        if self.principal.role in ("administrator", "service"):
            return
        account = self.session.find(Account, proposer)
        proposed_at = account.unit if account else self.home(enterprise)
        if mine == proposed_at or not self.lies_under(proposed_at, mine):
            raise refuse("confirmed-from-above", field="enterprise", kind="denied")

    def require_other_side(self, enterprise: Enterprise) -> None:
        """A transfer proposed by the receiving side is accepted by the present one, any other by the receiving one."""
        present, proposed = self.home(enterprise), enterprise.proposed_unit()
        account = self.session.find(Account, enterprise.transfer_actor)
        asked = asked_side(present, proposed, account.unit if account else None, self.lies_under)
        self.require_under(asked, "enterprise")

    def require_either_side(self, enterprise: Enterprise, unit: str) -> None:
        """The unit that has the enterprise, or this other one, must lie under the account's."""
        if not self.lies_under(unit, self.principal.unit):
            self.require_under(self.home(enterprise), "enterprise")

    def require_role(self, *roles: str, field: str) -> None:
        if self.principal.role not in (*roles, "service"):
            raise refuse("role", field=field, kind="denied")

    def new_holder(self, name: str, phone: str | None, role: str) -> str:
        """A random id for the person in this role; name and phone are kept apart from events."""
        holder = f"{Holder.PREFIX}-{uuid4()}"
        self.holders.put(self.session, holder, subject=role, name=name, phone=phone)
        return holder

    def holder_ended(self, holder: str, day: date) -> None:
        """The person's role ended on that day: from it on the row's retention runs."""
        self.holders.ended(self.session, holder, day)

    def link(self, to: str, subject: str) -> None:
        """Note that this subject has named that organisation or adviser at some time: where to look when it ends."""
        self.session.execute("insert into link (target, subject) values (%s, %s) on conflict do nothing", (to, subject))

    def linked(self, to: str) -> list[Enterprise | Project]:
        """All subjects that ever named this organisation or adviser, in order; whether they do now is their fact."""
        rows = self.session.query("select subject from link where target = %s order by subject", (to,))
        found = (self.session.find(Enterprise, row[0]) or self.session.find(Project, row[0]) for row in rows)
        return [subject for subject in found if subject is not None]

    def _require_own(self, aggregate: DatedAggregate, field: str) -> None:
        if self.principal.role == "enterprise":
            if aggregate.id != self.principal.enterprise:
                raise refuse("outside-unit", field=field, kind="denied")
            return
        self.require_under(self.home(aggregate), field)

    def _subject(self, kind: type[A], ref: str, field: str) -> str:
        if "-" in ref:
            return ref
        claim = "code" if kind is Enterprise else "unit-code"
        found = (self._first_bearer(ref) if kind is Enterprise else None) or self.session.find_claim(claim, ref)
        if found is None:
            raise refuse("unknown-code", field=field, kind="unknown", code=ref)
        return found

    def _first_bearer(self, code: str) -> str | None:
        """Nearly always the enterprise that took its id from the code still bears it: no table need be asked."""
        enterprise = self.session.find(Enterprise, subject_id(Enterprise.PREFIX, code))
        return enterprise.id if enterprise and enterprise.code == code else None
