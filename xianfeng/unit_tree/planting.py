"""From the register to the shape of one day: who lives, who stands under whom, who counts for whom.

No unit is ever outside the tree: one that does not exist on the day is a guest of the unit that counts for it,
so every sum over the tree meets every unit exactly once.
"""

from __future__ import annotations

from array import array

from xianfeng.unit_tree.register import Register, UnitOfDay

__all__ = ["Shape", "plant"]

NOWHERE = -1


class Shape:
    """One day's tree by numbers. `above` is the parent of a live unit, the host of another, NOWHERE for the top;
    `last_parents` has what a unit that does not live stood under (or will), as far as that lives.

    `order` lists all numbers, parents first, children in division order, guests among them; a unit's
    subtree is `order[place[n]:end[n]]`. `loose` are units that had to hang under the top for want of a parent.
    """

    __slots__ = ("above", "day", "end", "last_parents", "live", "loose", "names", "order", "place", "top")

    def __init__(self, day: int, size: int) -> None:
        self.day = day
        self.top = NOWHERE
        self.live = bytearray(size)
        self.above = array("i", [NOWHERE]) * size
        self.place = array("i", bytes(4 * size))
        self.end = array("i", bytes(4 * size))
        self.order: list[int] = []
        self.names: dict[int, str] = {}
        self.last_parents: dict[int, int] = {}
        self.loose: list[int] = []


def plant(register: Register, day: int) -> Shape:
    """The shape of the tree on a day (proleptic ordinal)."""
    return _Planter(register, day).plant()


class _Planter:
    def __init__(self, register: Register, day: int) -> None:
        self.register = register
        self.changed = {n: UnitOfDay.fold(history, day) for n, history in register.histories.items()}
        self.predecessors = register.predecessors()
        self.hosts: dict[int, int] = {}
        self.guest_hosts: dict[int, int] = {}
        self.shape = Shape(day, len(register.ids))

    def plant(self) -> Shape:
        self._wake()
        if self.shape.top != NOWHERE:
            self._attach()
            self._walk()
        return self.shape

    def _wake(self) -> None:
        """Find who lives, and the top: the first live unit without a parent."""
        register, shape = self.register, self.shape
        shape.live[:] = bytes(opened <= shape.day for opened in register.opened)
        for number, unit in self.changed.items():
            shape.live[number] = unit.open
            if unit.name != register.names[number]:
                shape.names[number] = unit.name
        tops = (n for n, parent in enumerate(register.parents) if parent is None and shape.live[n])
        shape.top = next(tops, NOWHERE)

    def _attach(self) -> None:
        shape, numbers, parents = self.shape, self.register.numbers, self.register.parents
        live, above, changed, top = shape.live, shape.above, self.changed, shape.top
        for number in range(len(parents)):
            if not live[number]:
                above[number] = self._guest_host(number)
                shape.last_parents[number] = self._parent_host(number)
                continue
            unit = changed.get(number)
            parent = numbers.get((unit.parent if unit else parents[number]) or "", NOWHERE)
            if parent in (NOWHERE, number):
                above[number] = top
                shape.loose.append(number)
            else:
                above[number] = parent if live[parent] else self._host(parent)
        above[top] = NOWHERE
        shape.loose = [n for n in shape.loose if n != top]

    def _host(self, number: int) -> int:
        """The live unit that stands for this one: itself, its one successor, or its parent."""
        if self.shape.live[number]:
            return number
        if number not in self.hosts:
            self.hosts[number] = NOWHERE  # met again on the way: a circle, which has no host of its own
            self.hosts[number] = self._heir(number)
        host = self.hosts[number]
        return self.shape.top if host == NOWHERE else host

    def _heir(self, number: int) -> int:
        heirs = {self._host(n) for n in self._successors(number) if self.hosts.get(n) != NOWHERE}
        if len(heirs) == 1:
            return heirs.pop()
        return self._parent_host(number)

    def _parent_host(self, number: int) -> int:
        unit = self.changed.get(number)
        parent = self.register.numbers.get((unit.parent if unit else self.register.parents[number]) or "")
        return self.shape.top if parent is None else self._host(parent)

    def _successors(self, number: int) -> list[int]:
        """Those of a closed unit that have been opened by the day."""
        unit, numbers = self.changed.get(number), self.register.numbers
        if unit is None or unit.closed is None:
            return []
        return [numbers[s] for s in unit.closed.successors if s in numbers and not self._future(numbers[s])]

    def _future(self, number: int) -> bool:
        unit = self.changed.get(number)
        return not self.shape.live[number] and (unit is None or unit.closed is None)

    def _guest_host(self, number: int) -> int:
        """As `_host`; but a unit that is not open yet is counted in its one forerunner, when it has one.

        Live units never hang by this: which forerunner a unit will have is a matter of tomorrow.
        """
        if not self._future(number):
            return self._host(number)
        if number not in self.guest_hosts:
            self.guest_hosts[number] = NOWHERE
            forerunners = self.predecessors.get(self.register.ids[number], ())
            hosts = {self._guest_host(n) for n in forerunners if self.guest_hosts.get(n) != NOWHERE}
            self.guest_hosts[number] = hosts.pop() if len(hosts) == 1 else self._host(number)
        host = self.guest_hosts[number]
        return self._host(number) if host == NOWHERE else host

    def _walk(self) -> None:
        """Number all units parents first; what stands in a circle of parents hangs under the top."""
        below = self._below()
        self._descend(self.shape.top, below)
        while len(self.shape.order) < len(self.register.ids):
            self._cut_circle(below)
            self.shape.order.clear()
            self._descend(self.shape.top, below)

    def _below(self) -> dict[int, list[int]]:
        """Holder → its children and guests, in division order."""
        above = self.shape.above
        below: dict[int, list[int]] = {}
        for number in self.register.in_division_order():
            below.setdefault(above[number], []).append(number)
        return below

    def _descend(self, top: int, below: dict[int, list[int]]) -> None:
        order, place, end = self.shape.order, self.shape.place, self.shape.end
        path = [top]
        while path:
            number = path.pop()
            if number < 0:
                end[~number] = len(order)
                continue
            place[number] = len(order)
            order.append(number)
            under = below.get(number)
            if under is None:
                end[number] = len(order)
            else:
                path.append(~number)
                path.extend(reversed(under))

    def _cut_circle(self, below: dict[int, list[int]]) -> None:
        shape = self.shape
        reached = set(shape.order)
        # From a unit that lives: which guests there are is also a matter of tomorrow.
        number = next(n for n in self.register.in_division_order() if shape.live[n] and n not in reached)
        seen: set[int] = set()
        while number not in seen:
            seen.add(number)
            number = shape.above[number]
        below[shape.above[number]].remove(number)
        below.setdefault(shape.top, []).append(number)
        shape.above[number] = shape.top
        shape.loose.append(number)
