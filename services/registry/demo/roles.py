"""The end of a role: the person behind it is forgotten after the time that retention knows (domain §9)."""

from __future__ import annotations

from services.registry.demo.world import World
from services.registry.domain.adviser import Holder
from services.registry.retention import KEPT

__all__ = ["end_role"]


def end_role(world: World, holder: str) -> None:
    """The person's role ended; two years later the person is forgotten, before registry's own look would find one."""
    world.told.ended[holder] = world.day
    world.on_the_day(world.day + KEPT, _forget, world, holder)


def _forget(world: World, holder: str) -> None:
    person = world.adopt(Holder(holder))
    with world.acts("retention"):
        person.erase("retention_ended")
    world.told.erased.append(holder)
