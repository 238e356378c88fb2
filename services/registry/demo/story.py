"""The story, day by day from July 2021: what each day brings, by all who act in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Protocol

from services.registry.demo.cast import Cast
from services.registry.demo.changes import Changes
from services.registry.demo.covering import Covering
from services.registry.demo.deciding import Deciding
from services.registry.demo.forming import Forming
from services.registry.demo.founding import Committees, Registering
from services.registry.demo.meetings import Meetings
from services.registry.demo.mending import Mending
from services.registry.demo.places import Province
from services.registry.demo.plan import START, Plan
from services.registry.demo.reporting import Counting, Filing, Reports, Trainings
from services.registry.demo.sharing import Sharing
from services.registry.demo.sites import Sites
from services.registry.demo.working import Advising, MassOrganisations
from services.registry.demo.world import Told, World, workday

__all__ = ["tell"]


class _Part(Protocol):
    def run(self, day: date) -> None: ...


def tell(
    plan: Plan, province: Province, recorded: Mapping[tuple[str, int], str] | None = None
) -> Iterator[tuple[date, Told]]:
    """Each day on which something happened, with what it brought. `recorded`: see `World`."""
    world, cast = World(plan, province, recorded), Cast()
    parts = _parts(world, cast)
    day = START
    while day <= plan.until:
        works = workday(day) == day
        if works or world.has_plans(day):
            world.begin(day)
            world.run_agenda()
            for part in parts if works else ():
                part.run(day)
            yield day, world.take_told()
        day += timedelta(days=1)


def _parts(world: World, cast: Cast) -> tuple[_Part, ...]:
    registering = Registering(world, cast)
    return (
        Committees(world, cast), registering, Sites(world, cast), Forming(world, cast), Sharing(world, cast),
        Covering(world, cast), Advising(world, cast), MassOrganisations(world, cast), Deciding(world, cast),
        Filing(world, cast), Reports(world, cast), Counting(world, cast), Trainings(world, cast), Changes(world, cast),
        Mending(world, cast, registering), Meetings(world, cast),
    )  # fmt: skip
