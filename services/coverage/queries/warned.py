"""The checks that warn and never block, for some enterprises at once: their own facts and their organisation's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date
from itertools import islice

from psycopg import sql

from services.coverage.domain.slots import Entry, Folded, Slot, in_force
from services.coverage.domain.timeline import Segment
from services.coverage.domain.warnings import Standing, enterprise_warnings
from services.coverage.projection.tables import table
from services.coverage.queries.snapshot import Snapshot
from xianfeng.rules import RuleSet
from xianfeng.words import say

__all__ = ["Force", "forces", "organisation_of", "standings", "warned", "warnings_of"]

Force = Mapping[int, Entry]
_AT_ONCE = 200

_FACTS = "select subject, version, entries, facts from {fold} where subject = any(%(subjects)s)"
_MEMBERS = "select organisation from {enterprise} where organisation = any(%(subjects)s)"


async def warned(now: Snapshot, rules: RuleSet, keys: Mapping[str, int], day: date) -> dict[str, list[str]]:
    """The warnings, in words, of enterprises given with their key of the day."""
    found = await warnings_of(now, rules, keys, day)
    return {subject: [say(f"coverage.warning.{name}") for name in names] for subject, names in found.items()}


async def warnings_of(now: Snapshot, rules: RuleSet, keys: Mapping[str, int], day: date) -> dict[str, list[str]]:
    """The warnings by their names in WARNINGS."""
    held = await forces(now, keys, day)
    stand = await standings(now, {organisation_of(force) for force in held.values()} - {""}, day)
    found = {}
    for subject, key in keys.items():
        force = held.get(subject, {})
        segment = Segment(day.toordinal(), "", key, 0, 0, 0, organisation_of(force))
        found[subject] = enterprise_warnings(rules, segment, force, stand.get(segment.organisation), day)
    return found


async def standings(now: Snapshot, organisations: Collection[str], day: date) -> dict[str, Standing]:
    """What the checks look at of these organisations on the day; how many belong to each is counted today."""
    if not organisations:
        return {}
    enterprise = sql.Identifier(table("enterprise", now.build))
    members = await now.fetch(sql.SQL(_MEMBERS).format(enterprise=enterprise), {"subjects": list(organisations)})
    units = Counter(organisation for (organisation,) in members)
    held = await forces(now, organisations, day)
    return {organisation: Standing.of(force, units[organisation]) for organisation, force in held.items()}


async def forces(now: Snapshot, subjects: Collection[str], day: date) -> dict[str, Force]:
    """The entries in force on the day, by subject; some at a time, for others are answered meanwhile."""
    statement = sql.SQL(_FACTS).format(fold=sql.Identifier(table("fold", now.build)))
    wanted, found = iter(subjects), dict[str, Force]()
    while some := list(islice(wanted, _AT_ONCE)):
        for subject, version, entries, facts in await now.fetch(statement, {"subjects": some}):
            found[subject] = in_force(Folded(version, entries, bytes(facts)).read(), day.toordinal())
    return found


def organisation_of(force: Force) -> str:
    """The organisation that an enterprise has or belongs to by these facts; empty for none."""
    entry = force.get(Slot.OWN) or force.get(Slot.MEMBERSHIP)
    return str(entry[5] or "") if entry else ""
