"""Which units still owe their industry committee on a day (豫建房〔2021〕203号 二（一）)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from psycopg import sql

from services.coverage.domain.slots import Entry, Slot
from services.coverage.domain.warnings import committee_duty
from services.coverage.projection.tables import table
from services.coverage.queries.forces import forces
from services.coverage.queries.snapshot import Snapshot
from xianfeng.rules import RuleSet
from xianfeng.units import TreeOfDay

__all__ = ["DUTY", "committees_owed"]

DUTY = "form_committee"

_AT = "select subject, unit from {committee} where unit = any(%(units)s)"


async def committees_owed(
    now: Snapshot, tree: TreeOfDay, rules: RuleSet, units: Iterable[str], day: date
) -> dict[str, date]:
    """Those of `units` that have the duty on the tree's day, each with its due day."""
    owing = [unit for unit in units if _must_have_one(tree, rules, unit)]
    if not owing:
        return {}
    # A committee formed at a unit that has since become part of another is that one's now.
    home = {own: unit for unit in owing for own in tree.own(unit)}
    statement = sql.SQL(_AT).format(committee=sql.Identifier(table("committee", now.build)))
    seats = {subject: home[unit] for subject, unit in await now.fetch(statement, {"units": list(home)})}
    groups: dict[str, list[int]] = {unit: [] for unit in owing}
    for subject, force in (await forces(now, seats, day)).items():
        groups[seats[subject]].append(_leading_group(force))
    dues = {unit: committee_duty(rules, sizes, day) for unit, sizes in groups.items()}
    return {unit: due for unit, due in dues.items() if due is not None}


def _must_have_one(tree: TreeOfDay, rules: RuleSet, unit: str) -> bool:
    return tree.level(unit) == "city" or tree.code(unit) == rules.parameters["committee_also"].value


def _leading_group(force: Mapping[int, Entry]) -> int:
    """The size of the leading group; 0 for a committee that does not stand."""
    standing = Slot.LIFE in force and Slot.ENDED not in force and Slot.LEADING_GROUP in force
    return int(force[Slot.LEADING_GROUP][3]) if standing else 0
