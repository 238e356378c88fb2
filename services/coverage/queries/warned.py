"""The checks that warn and never block, for some enterprises at once: their own facts and their organisation's."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from services.coverage.domain.keys import FORMS
from services.coverage.domain.slots import Slot
from services.coverage.domain.timeline import Segment
from services.coverage.domain.warnings import Standing, enterprise_warnings
from services.coverage.queries.belonging import member_counts, organisation_of
from services.coverage.queries.forces import Force, forces
from services.coverage.queries.snapshot import Snapshot
from xianfeng.rules import RuleSet
from xianfeng.words import say

__all__ = ["standings", "standings_of", "warned", "warnings_of"]


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
    """What the checks look at of these organisations on the day."""
    return await standings_of(now, await forces(now, organisations, day), day)


async def standings_of(now: Snapshot, told: Mapping[str, Force], day: date) -> dict[str, Standing]:
    """The same, of organisations whose entries in force on the day were read already."""
    joint = FORMS.index("joint")
    asked = [subject for subject, force in told.items() if Slot.FORM in force and force[Slot.FORM][3] == joint]
    counts = await member_counts(now, asked, day)
    return {subject: Standing.of(force, counts.get(subject, 0)) for subject, force in told.items()}
