"""One place of the tour: an address, what it is called, and how it is looked at."""

from __future__ import annotations

import re
from typing import NamedTuple

from tests.e2e.tour.world import MONTH, World

__all__ = ["ABOVE", "FILE", "HOME", "PAGE", "PART", "PRINT", "SHEET", "SIBLING", "STREAM", "Stop"]

# A whole page · a page for paper · a document of sheets · a workbook · a piece that a page fetches · live numbers.
PAGE, PRINT, SHEET, FILE, PART, STREAM = "page", "print", "sheet", "file", "part", "stream"
# Where an account works: the unit of the pages (for an enterprise's account: the firm of the pages), next door, above.
HOME, SIBLING, ABOVE = "home", "sibling", "above"
_CONVERTER = re.compile(r"\{(\w+):\w+\}")


class Stop(NamedTuple):
    """`name` is the picture's; `phone`: for looking up, so also at a phone's width.

    `role` and `place`: who is pictured there; `alike`: made like another stop, so without a picture of its own.
    `room`, `command`, `form` and `what` fill those parts of the route; `of` names another subject of the world.
    """

    name: str
    title: str
    route: str
    query: str = ""
    kind: str = PAGE
    phone: bool = False
    role: str = "administrator"
    place: str = HOME
    alike: bool = False
    room: str = ""
    command: str = ""
    form: str = ""
    what: str = ""
    of: str = ""

    @property
    def shown_route(self) -> str:
        """The route as a person reads it, with the parts that this stop fills."""
        filled = {"room": self.room, "command": self.command, "form": self.form, "name": self.what, "matter": self.what}
        path = _CONVERTER.sub(r"{\1}", self.route)
        for name, value in filled.items():
            path = path.replace(f"{{{name}}}", value) if value else path
        return f"{path}?{self.query}" if self.query else path

    def address(self, world: World, unit: str) -> str:
        """The address for somebody whose tour goes to this unit."""
        subjects = {
            "enterprises": world.busy, "organisations": world.organisation, "committees": world.committee,
            "projects": world.project, "advisers": world.adviser, "units": unit,
        }  # fmt: skip
        return self.shown_route.format(
            unit=unit, enterprise=world.enterprise, month=MONTH, code=world.code, event=world.event,
            file=world.file, subject=getattr(world, self.of) if self.of else subjects.get(self.room, ""),
        )  # fmt: skip
