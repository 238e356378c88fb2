"""What the page of an organisation, a committee, an adviser or a project shows, made of registry's view of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.console.templating import link
from services.console.views.forming import STEP, Forming, forming
from xianfeng.words import say

__all__ = ["Fact", "SubjectView", "Survey", "subject_view"]

MEETING, SURVEY, RECTIFIED = "joint_meeting.", "survey.", "rectification."
# Said by the page's head already, or in a section of their own.
ELSEWHERE = ("name", "holder", STEP, MEETING, SURVEY, RECTIFIED)
PEOPLE = ("secretary", "adviser")


@dataclass(frozen=True)
class Fact:
    """What holds on the day, with its page where it has one."""

    label: str
    shown: str
    href: str
    effective: str
    until: str


@dataclass(frozen=True)
class Survey:
    """``satisfied`` in per cent and the day of the rectification's publication, each empty where not stated."""

    day: str
    satisfied: str
    published: str


@dataclass(frozen=True)
class SubjectView:
    """``meetings``: day and topic (or empty), the newest first, as the surveys; only projects have them."""

    answer: Any
    facts: tuple[Fact, ...]
    formed: Forming
    meetings: tuple[tuple[str, str], ...]
    surveys: tuple[Survey, ...]

    @property
    def name(self) -> str:
        """Advisers have none of their own: their holder's, masked."""
        return self.answer.name or self.answer.holder.name or say("console.adviser.erased")


def subject_view(answer: Any, day: str) -> SubjectView:
    """Make the view of registry's View; links keep the reader's ``day``."""
    slots = {fact.slot: fact for fact in answer.facts}
    meetings = sorted((slot for slot in slots if slot.startswith(MEETING)), reverse=True)
    surveys = sorted((slot for slot in slots if slot.startswith(SURVEY)), reverse=True)
    return SubjectView(
        answer=answer,
        facts=tuple(_fact(fact, answer, day) for slot, fact in slots.items() if not slot.startswith(ELSEWHERE)),
        formed=forming(answer),
        meetings=tuple((slot.removeprefix(MEETING), slots[slot].value.string_value) for slot in meetings),
        surveys=tuple(_survey(slots, slot.removeprefix(SURVEY)) for slot in surveys),
    )


def _fact(fact: Any, answer: Any, day: str) -> Fact:
    href = link("enterprises", fact.value.string_value, day=day) if fact.slot in ("served_by", "of") else ""
    return Fact(fact.label, _shown(fact, answer), href, fact.effective, fact.until)


def _shown(fact: Any, answer: Any) -> str:
    if fact.slot in PEOPLE:
        # A person's opaque id says nothing: the secretary's name is masked, an adviser stands in the list of advisers.
        return answer.holder.name or say("console.subject.person")
    return str(fact.shown)


def _survey(slots: dict[str, Any], day: str) -> Survey:
    value = slots[f"{SURVEY}{day}"].value
    published = slots.get(f"{RECTIFIED}{day}")
    satisfied = f"{value.number_value:g}" if value.HasField("number_value") else ""
    return Survey(day, satisfied, published.shown if published else "")
