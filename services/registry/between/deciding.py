"""Whose turn it is: the rules of the commands (`Desk.require_above`, `require_other_side`), asked beforehand."""

from __future__ import annotations

from collections.abc import Callable

from services.registry.accounts.book import Row
from services.registry.between.reading import Open
from services.registry.domain.sides import asked_side
from xianfeng.event import Event
from xianfeng.rpc.caller import Principal
from xianfeng.rpc.permissions import Permissions
from xianfeng.units import TreeOfDay

__all__ = ["Turns"]

_COMMANDS = {
    "verification": "CloseVerification", "scope": "ConfirmScope", "not_ready": "ConfirmNotReady",
    "transfer": "AcceptTransfer",
}  # fmt: skip
_METHOD = "/xianfeng.registry.v1.Commands/{}"


class Turns:
    """`account` finds who proposed; of an account that is closed the unit stays known."""

    def __init__(
        self, tree: TreeOfDay, caller: Principal, permissions: Permissions, account: Callable[[str], Row | None]
    ) -> None:  # fmt: skip
        self._tree = tree
        self._caller = caller
        self._permissions = permissions
        self.account = account

    def is_mine(self, matter: Open) -> bool:
        """Whether the caller may decide or answer it."""
        if not self._permissions.may(self._caller, _METHOD.format(_COMMANDS[matter.kind])):
            return False
        if matter.kind == "transfer":
            return self._mine(self._asked(matter))
        if not self._mine(matter.unit):
            return False
        return matter.kind == "verification" or self._is_above(matter)

    def _is_above(self, matter: Open) -> bool:
        """Above the unit that proposed; an administrator needs none above."""
        proposer = self.account(_event(matter).actor)
        at = proposer.unit if proposer else matter.unit
        return self._caller.role == "administrator" or (at != self._caller.unit and self._mine(at))

    def _asked(self, matter: Open) -> str:
        event = _event(matter)
        to_unit, proposer = str(event.data.to_unit), self.account(event.actor)  # type: ignore[attr-defined]
        return asked_side(matter.unit, to_unit, proposer.unit if proposer else None, self._under)

    def _mine(self, unit: str) -> bool:
        return self._under(unit, self._caller.unit or self._tree.root)

    def _under(self, unit: str, above: str) -> bool:
        return unit in self._tree and above in self._tree and self._tree.lies_under(unit, above)


def _event(matter: Open) -> Event:
    """What was proposed: only a 数据核实 is listed without its event."""
    assert matter.event is not None
    return matter.event
