"""What covers an enterprise: organisation, adviser, mass organisations, a recruiting plan (H 二(二))."""

from __future__ import annotations

from datetime import date

from services.registry.domain.base import DatedAggregate
from services.registry.domain.days import within_a_year
from services.registry.domain.words import refuse
from services.registry.events.base import AdviserKind, EndCause, JointForm, LeaveCause, OrganisationType, ReleaseCause
from services.registry.events.enterprise import (
    EnterpriseAdviserAssigned,
    EnterpriseAdviserReleased,
    EnterpriseMassOrganisationEnded,
    EnterpriseMassOrganisationFormed,
    EnterpriseOrganisationEnded,
    EnterpriseOrganisationFormed,
    EnterpriseOrganisationJoined,
    EnterpriseOrganisationLeft,
    EnterpriseRecruitingEnded,
    EnterpriseRecruitingPlanned,
    MassKind,
)
from xianfeng.event import Event

__all__ = ["Covering"]

ADVISER_KINDS: tuple[AdviserKind, ...] = ("community", "other")
MASS_KINDS: tuple[MassKind, ...] = ("union", "youth_league", "womens_federation")


class Covering(DatedAggregate):
    """An enterprise's own organisation, its membership of another's, and its work coverage (工作覆盖)."""

    def form_own(self, organisation: str, kind: OrganisationType) -> None:
        self.state("own", (organisation, kind), EnterpriseOrganisationFormed(organisation=organisation, type=kind))

    def end_own(self, organisation: str, cause: EndCause, successor: str | None) -> None:
        if self.has_own(organisation):
            self.record(EnterpriseOrganisationEnded(organisation=organisation, cause=cause, successor=successor))

    def has_own(self, organisation: str) -> bool:
        own = self.value("own")
        return own is not None and own[0] == organisation

    def join(self, organisation: str, form: JointForm) -> None:
        """Belong to a joint, regional, industry or grid organisation; leaving another one first is needed."""
        member = self.value("membership")
        if member is not None and member[0] != organisation:
            raise refuse("member-elsewhere", field="organisation", organisation=member[0])
        self._join(organisation, form)

    def leave(self, organisation: str, cause: LeaveCause, successor: str | None = None) -> None:
        if not self.belongs_to(organisation):
            raise refuse("not-a-member", field="organisation", organisation=organisation)
        left = EnterpriseOrganisationLeft(organisation=organisation, cause=cause, successor=successor)
        self.record(left)

    def pass_on(self, organisation: str, cause: EndCause, successor: tuple[str, JointForm] | None) -> None:
        """The organisation ends: leave it, and belong to its successor from the same day, so no day is uncovered."""
        self.leave(organisation, cause, successor and successor[0])
        if successor is not None:
            self._join(*successor)

    def belongs_to(self, organisation: str) -> bool:
        member = self.value("membership")
        return member is not None and member[0] == organisation

    def assign_adviser(self, adviser: str, kind: AdviserKind, until: date | None) -> None:
        if until is not None and until < self.day:
            raise refuse("ends-before-it-begins", field="until", kind="invalid")
        data = EnterpriseAdviserAssigned(adviser=adviser, kind=kind, until=until)
        self.state(f"adviser.{kind}", adviser, data, until)

    def release_adviser(self, adviser: str, cause: ReleaseCause) -> None:
        """Refused when this adviser is assigned in no kind on the day."""
        if not self.free_adviser(adviser, cause):
            raise refuse("not-its-adviser", field="adviser", adviser=adviser)

    def free_adviser(self, adviser: str, cause: ReleaseCause) -> bool:
        """Release this adviser wherever assigned from the day on; False when nowhere."""
        kinds = [kind for kind in ADVISER_KINDS if self.value(f"adviser.{kind}") == adviser]
        for kind in kinds:
            self.record(EnterpriseAdviserReleased(adviser=adviser, kind=kind, cause=cause))
        return bool(kinds)

    def follow_adviser(self, adviser: str, before: date | None, until: date | None) -> None:
        """The adviser's term ended on `before` and now on `until`: an assignment that ran as long follows."""
        for kind in ADVISER_KINDS:
            entry = self.entry(f"adviser.{kind}")
            if entry is not None and entry.value == adviser and entry.until == before:
                self.assign_adviser(adviser, kind, until)

    def adviser_days(self, adviser: str) -> list[date]:
        """The command's day and later ones from which this adviser is assigned."""
        return sorted({day for kind in ADVISER_KINDS for day in self.days_of(f"adviser.{kind}", adviser)})

    def advisers(self) -> list[str]:
        """The advisers on the command's day."""
        return [found for kind in ADVISER_KINDS if (found := self.value(f"adviser.{kind}"))]

    def form_mass(self, kind: MassKind) -> None:
        self.state(f"mass.{kind}", True, EnterpriseMassOrganisationFormed(kind=kind))

    def end_mass(self, kind: MassKind) -> None:
        self.state(f"mass.{kind}", None, EnterpriseMassOrganisationEnded(kind=kind))

    def plan_recruiting(self, until: date) -> None:
        within_a_year(self.day, until, field="until")
        self.state("recruiting", True, EnterpriseRecruitingPlanned(until=until), until)

    def end_recruiting(self) -> None:
        self.state("recruiting", None, EnterpriseRecruitingEnded())

    def has_work_coverage(self) -> bool:
        """A valid adviser, a mass organisation or a recruiting plan on the command's day."""
        slots = [f"adviser.{k}" for k in ADVISER_KINDS] + [f"mass.{k}" for k in MASS_KINDS] + ["recruiting"]
        return any(self.value(slot) is not None for slot in slots)

    def _join(self, organisation: str, form: JointForm) -> None:
        data = EnterpriseOrganisationJoined(organisation=organisation, form=form)
        self.state("membership", (organisation, form), data)

    def on_organisation_formed(self, data: EnterpriseOrganisationFormed, event: Event) -> None:
        self.put("own", event, (data.organisation, data.type))

    def on_organisation_ended(self, data: EnterpriseOrganisationEnded, event: Event) -> None:
        self.put("own", event, None)

    def on_organisation_joined(self, data: EnterpriseOrganisationJoined, event: Event) -> None:
        self.put("membership", event, (data.organisation, data.form))

    def on_organisation_left(self, data: EnterpriseOrganisationLeft, event: Event) -> None:
        self.put("membership", event, None)

    def on_adviser_assigned(self, data: EnterpriseAdviserAssigned, event: Event) -> None:
        self.put(f"adviser.{data.kind}", event, data.adviser, data.until)

    def on_adviser_released(self, data: EnterpriseAdviserReleased, event: Event) -> None:
        self.put(f"adviser.{data.kind}", event, None)

    def on_mass_organisation_formed(self, data: EnterpriseMassOrganisationFormed, event: Event) -> None:
        self.put(f"mass.{data.kind}", event, True)

    def on_mass_organisation_ended(self, data: EnterpriseMassOrganisationEnded, event: Event) -> None:
        self.put(f"mass.{data.kind}", event, None)

    def on_recruiting_planned(self, data: EnterpriseRecruitingPlanned, event: Event) -> None:
        self.put("recruiting", event, True, data.until)

    def on_recruiting_ended(self, data: EnterpriseRecruitingEnded, event: Event) -> None:
        self.put("recruiting", event, None)
