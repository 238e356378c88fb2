"""Work lists of first screens: what waits for an office, as tasks with one button each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from services.console.templating import link
from services.console.views.labels import DUTIES, label
from xianfeng.words import catalogue, say

__all__ = [
    "DECIDED", "LISTS", "UPPER", "Act", "Queue", "Task", "counted_queues", "duty_tasks", "queue", "sorted_tasks",
    "to_decide",
]  # fmt: skip

NEVER = "9999-12-31"
DECIDED = ("transfer", "scope", "not_ready")
"""Proposals, by the side or the level that is to decide them."""


@dataclass(frozen=True)
class Act:
    """The form that settles a matter: a command, of an enterprise, adviser or organisation."""

    command: str
    room: str = "enterprises"


# Kind of a matter → the form behind its one button. A duty is settled as the rule set says (domain §3).
ACTS = {
    "unplaced": Act("PlaceEnterprise"), "claimed": Act("ProposeTransfer"), "outside": Act("AddWorkingUnit"),
    "new": Act("ConfirmEnterprise"), "moved": Act("ConfirmEnterprise"), "merged": Act("ConfirmEnterprise"),
    "own": Act("EndOrganisation", "organisations"), "membership": Act("LeaveOrganisation"),
    "filing": Act("AcceptFiling"), "difference": Act("SettleDifference"), "verification": Act("CountMembers"),
    "advisers": Act("ChangeAdviserTerm", "advisers"), "form_organisation": Act("OpenOrganisation"),
    "join": Act("JoinOrganisation"), "assign_adviser": Act("AssignAdviser"), "convert_when_ripe": Act("CountMembers"),
    "survey": Act("CountMembers"),
}  # fmt: skip
LISTS = ("unplaced", "confirm", "outside", "to_settle", "filing", "difference", "advisers", "verification")
"""Registry's work lists, as they are called on screen: `console.home.list.<name>`."""
FROM_ELSEWHERE = ("outside", "claimed")
UPPER = ("nation", "province", "city")
"""Levels at which an enterprise waits to be placed; offices below claim it."""


@dataclass(frozen=True)
class Task:
    """One thing to do. `day` sorts: the day from which, or until which, it waits; `href` is empty: no form is open."""

    kind: str
    subject: str
    matter: str
    name: str
    page: str
    beside: str
    day: str
    button: str
    href: str


@dataclass(frozen=True)
class Queue:
    """A list with its number; `more` is its own page."""

    name: str
    label: str
    total: int
    tasks: tuple[Task, ...]
    more: str


May = Callable[[str], bool]
"""Whether the reader's role may send a command."""


def queue(found: Any, unit: Any, may: May) -> Queue:
    """A work list of registry's, for an account of this unit."""
    tasks = tuple(_task(item, unit, may) for item in found.items)
    return Queue(
        found.list,
        say(f"console.home.list.{found.list}"),
        found.total,
        tasks,
        link("units", unit.id, "todo", found.list),
    )


def to_decide(found: Any, unit: Any) -> Queue:
    """What waits for this account's own decision: transfers, scope, 暂不具备条件."""
    page = link("units", unit.id, "decisions", mine="yes")
    tasks = tuple(
        Task(
            one.kind, one.subject, say(f"console.home.matter.{one.kind}"), one.name, link("enterprises", one.subject),
            _beside(one.unit.path if one.kind == "transfer" else one.unit.name, one.until), one.since or NEVER,
            say("console.home.do.decision"), page,
        )
        for one in found.matters
    )  # fmt: skip
    return Queue("decisions", say("console.home.list.decisions"), found.total, tasks, page)


def counted_queues(figures: Any) -> list[Queue]:
    """Lists whose numbers stand among a unit's figures already."""
    return [
        Queue(name, say(f"console.home.list.{name}"), getattr(figures, name), (), link("units", unit, "todo", name))
        for unit, name in ((figures.unit.id, name) for name in ("unplaced", "to_settle"))
    ]


def duty_tasks(duty: str, rows: Iterable[Any], may: May) -> list[Task]:
    """Enterprises with this duty, as coverage lists them."""
    return [
        Task(
            duty, row.subject, label("duty", duty), row.name, link("enterprises", row.subject),
            _beside(row.unit.name, row.due), row.due or NEVER, _button(duty), _form(duty, row.subject, may),
        )
        for row in rows
    ]  # fmt: skip


def sorted_tasks(tasks: Iterable[Task], most: int) -> tuple[Task, ...]:
    """The first ones by their day, on one day in the order of duties.

    What offices wait for is not crowded out by duties, whose days may be long past.
    """
    order = {duty: place for place, duty in enumerate(DUTIES)}
    ordered = sorted(tasks, key=lambda task: (task.day, order.get(task.kind, 0), task.name))
    others = [task for task in ordered if task.kind not in order]
    duties = [task for task in ordered if task.kind in order]
    room = max(most // 2, most - len(duties))
    return tuple(others[:room] + duties)[:most]


def _task(item: Any, unit: Any, may: May) -> Task:
    kind, part = _kind_of(item, unit)
    home = item.unit.path if kind in FROM_ELSEWHERE else item.unit.name
    page = link("enterprises", item.subject) if item.subject_kind == "enterprise" else ""
    return Task(
        kind, item.subject, say(f"console.home.matter.{kind}", part=_part(item.kind, part)),
        item.name or item.subject[-6:], page,
        _beside(home, item.until, "term"), item.until or item.since or NEVER, _button(kind),
        _form(kind, item.subject, may, part, unit.id),
    )  # fmt: skip


def _kind_of(item: Any, unit: Any) -> tuple[str, str]:
    """The matter as it is done here: an unplaced one of the city is claimed by a county, an organisation is ended."""
    if item.kind == "to_settle":
        what, _, organisation = item.part.partition(".")
        return what, organisation
    if item.kind == "unplaced" and unit.level not in UPPER:
        return "claimed", ""
    return item.kind, item.part


def _form(kind: str, subject: str, may: May, part: str = "", unit: str = "") -> str:
    act = ACTS[kind]
    if not may(act.command):
        return ""
    if act.room == "organisations":
        return link("organisations", part, "entry", act.command, back="/")
    given = {
        "claimed": {"to_unit": unit}, "outside": {"unit": unit}, "membership": {"organisation": part},
        "filing": {"year": part}, "difference": {"field": part},
    }.get(kind, {})  # fmt: skip
    return link(act.room, subject, "entry", act.command, **given, back="/")


def _part(kind: str, part: str) -> str:
    """The field or the year that a matter is about, in words."""
    return catalogue().get(f"registry.slot.{part}", part) if kind in ("difference", "verification") else part


def _button(kind: str) -> str:
    return say(f"console.home.do.{kind}")


def _beside(unit: str, day: str, word: str = "due") -> str:
    return say(f"console.home.{word}", unit=unit, day=day) if day else unit
