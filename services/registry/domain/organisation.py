"""A Party organisation: formed step by step, standing from its approval (批复) on, ended with a cause."""

from __future__ import annotations

from datetime import date

from services.registry.domain.base import DatedAggregate, on_day
from services.registry.domain.words import refuse
from services.registry.events.base import Form, OrganisationType
from services.registry.events.organisation import (
    OrganisationBranchCommitteeElected,
    OrganisationEnded,
    OrganisationFactVoided,
    OrganisationOpened,
    OrganisationParentsSet,
    OrganisationRenamed,
    OrganisationSecretaryAppointed,
    OrganisationSecretaryConsulted,
    OrganisationSecretaryRemoved,
    OrganisationStepRecorded,
    OrganisationTermSet,
    OrganisationTransferred,
    OrganisationTypeChanged,
    Step,
)
from xianfeng.event import Event

__all__ = ["STEPS", "Organisation"]

STEPS: tuple[Step, ...] = ("mobilised", "planned", "requested", "approved", "elected", "established")


class Organisation(DatedAggregate):
    """Who belongs to it is its members' fact; here are name, form, steps, term, parents and secretary."""

    KIND = "organisation"
    PREFIX = "org"
    VOIDED = OrganisationFactVoided
    LASTING = frozenset({OrganisationOpened.TYPE, OrganisationEnded.TYPE})

    form: Form
    covers: str
    of: str | None = None

    def open(self, data: OrganisationOpened) -> None:
        if data.form == "own" and data.of is None:
            raise refuse("own-of-nobody", field="of", kind="invalid")
        if data.form != "own" and data.of is not None:
            raise refuse("of-without-own", field="of", kind="invalid")
        self.record(data)

    def take_step(self, data: OrganisationStepRecorded) -> None:
        """Record a step, true from its own day on. Steps keep their order; 拟建日期 names a day to come."""
        self._alive()
        before = STEPS[: STEPS.index(data.step)]
        latest = max((day for step, day in self.steps.items() if step in before and step != "planned"), default=data.on)
        if data.step != "planned" and latest > data.on:
            raise refuse("step-before-step", field="on", kind="invalid", latest=latest)
        day = self.day if data.step == "planned" else data.on
        with on_day(day):
            self.state(f"step.{data.step}", (data.on, data.number, data.approved_by), data)

    @property
    def steps(self) -> dict[Step, date]:
        """Step → its day."""
        found: dict[Step, date] = {}
        for step in STEPS:
            slot = self.slots.get(f"step.{step}")
            if slot is not None and slot.entries:
                found[step] = max(slot.entries, key=lambda e: e.version).value[0]
        return found

    def stands_on(self, day: date) -> bool:
        """Is it approved by that day, and not ended?"""
        approved = self.steps.get("approved")
        return approved is not None and approved <= day and self.value("ended", day) is None

    def require_standing(self) -> None:
        """Refuse when it does not stand on the command's day."""
        if not self.stands_on(self.day):
            raise refuse("not-standing", field="organisation", organisation=self.id, day=self.day)

    def rename(self, name: str) -> None:
        self._alive()
        self.state("name", name, OrganisationRenamed(name=name))

    def change_type(self, kind: OrganisationType) -> None:
        self._alive()
        self.state("type", kind, OrganisationTypeChanged(type=kind))

    def set_term(self, data: OrganisationTermSet) -> None:
        if data.ends < data.begins:
            raise refuse("ends-before-it-begins", field="ends", kind="invalid")
        self._alive()
        self.state("term", (data.number, data.begins, data.ends), data)

    def set_parents(self, data: OrganisationParentsSet) -> None:
        self._alive()
        self.state("parents", (data.community, data.industry, data.vertical), data)

    def transfer(self, unit: str) -> None:
        self._alive()
        self.state("unit", unit, OrganisationTransferred(unit=unit))

    def elect_branch_committee(self, people: int) -> None:
        self._alive()
        self.state("branch_committee", people, OrganisationBranchCommitteeElected(people=people))

    def consult(self, data: OrganisationSecretaryConsulted) -> None:
        self._alive()
        self.state("consulted", (data.on, data.agreed), data)

    def appoint_secretary(self, holder: str) -> None:
        self._alive()
        self.record(OrganisationSecretaryAppointed(holder=holder))

    def remove_secretary(self) -> None:
        holder = self.value("secretary")
        if holder is None:
            raise refuse("no-secretary", field="organisation")
        self.record(OrganisationSecretaryRemoved(holder=holder))

    def end(self, data: OrganisationEnded) -> None:
        """Ended from the day on; merged, transferred and upgraded name a successor, withdrawn names none."""
        if (data.cause == "withdrawn") != (data.successor is None):
            raise refuse("cause-and-successor", field="successor", kind="invalid")
        if data.successor == self.id:
            raise refuse("succeeds-itself", field="successor", kind="invalid")
        self._alive()
        self.record(data)

    def _alive(self) -> None:
        if self.value("ended") is not None:
            raise refuse("organisation-ended", field="organisation", organisation=self.id)

    def on_opened(self, data: OrganisationOpened, event: Event) -> None:
        self.form, self.covers, self.of = data.form, data.covers, data.of
        for slot in ("name", "form", "type", "unit", "covers", "functional", "of"):
            if (value := getattr(data, slot)) is not None:
                self.put(slot, event, value)

    def on_step_recorded(self, data: OrganisationStepRecorded, event: Event) -> None:
        self.put(f"step.{data.step}", event, (data.on, data.number, data.approved_by))

    def on_renamed(self, data: OrganisationRenamed, event: Event) -> None:
        self.put("name", event, data.name)

    def on_type_changed(self, data: OrganisationTypeChanged, event: Event) -> None:
        self.put("type", event, data.type)

    def on_term_set(self, data: OrganisationTermSet, event: Event) -> None:
        self.put("term", event, (data.number, data.begins, data.ends))

    def on_parents_set(self, data: OrganisationParentsSet, event: Event) -> None:
        self.put("parents", event, (data.community, data.industry, data.vertical))

    def on_transferred(self, data: OrganisationTransferred, event: Event) -> None:
        self.put("unit", event, data.unit)

    def on_branch_committee_elected(self, data: OrganisationBranchCommitteeElected, event: Event) -> None:
        self.put("branch_committee", event, data.people)

    def on_secretary_consulted(self, data: OrganisationSecretaryConsulted, event: Event) -> None:
        self.put("consulted", event, (data.on, data.agreed))

    def on_secretary_appointed(self, data: OrganisationSecretaryAppointed, event: Event) -> None:
        self.put("secretary", event, data.holder)

    def on_secretary_removed(self, data: OrganisationSecretaryRemoved, event: Event) -> None:
        self.put("secretary", event, None)

    def on_ended(self, data: OrganisationEnded, event: Event) -> None:
        self.put("ended", event, (data.cause, data.successor))

    def on_fact_voided(self, data: OrganisationFactVoided, event: Event) -> None:
        self.drop(data.version)
