"""Who plays: enterprises, projects, shared organisations and advisers, each with what the story knows of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from services.registry.demo.places import County, Street
from services.registry.domain.adviser import Adviser
from services.registry.domain.enterprise import Enterprise
from services.registry.domain.organisation import Organisation
from services.registry.domain.project import Project
from services.registry.events.base import JointForm
from xianfeng.event import Event

__all__ = ["Cast", "Firm", "Guide", "Shared", "Site"]


@dataclass(slots=True, eq=False)
class Firm:
    """An enterprise. Counts are what is so; `surveyed`: whether an office has confirmed them."""

    it: Enterprise
    name: str
    county: County
    street: Street | None
    formal: int
    probationary: int
    elsewhere: int
    surveyed: bool = False
    operating: bool = True
    own: Organisation | None = None
    forming: bool = False
    shared: Shared | None = None
    guide: Guide | None = None
    mass: bool = False
    counted: Event | None = None
    """The last confirmed count, for those that are corrected."""

    @property
    def office(self) -> str:
        """Code of the unit that answers for it."""
        return self.street.code if self.street else self.county.code

    @property
    def unit(self) -> str:
        return self.street.unit if self.street else self.county.unit

    @property
    def organised(self) -> bool:
        return self.own is not None or self.shared is not None

    @property
    def free(self) -> bool:
        """Operating, surveyed, and neither covered by an organisation nor forming its own."""
        return self.operating and self.surveyed and not self.organised and not self.forming


@dataclass(slots=True, eq=False)
class Shared:
    """An organisation of several enterprises."""

    it: Organisation
    county: County
    form: JointForm
    members: list[Firm] = field(default_factory=list)
    standing: bool = True


@dataclass(slots=True, eq=False)
class Guide:
    """An adviser with the enterprises looked after."""

    it: Adviser
    county: County
    office: str
    room: int
    firms: list[Firm] = field(default_factory=list)
    in_office: bool = True


@dataclass(slots=True, eq=False)
class Site:
    """A project."""

    it: Project
    county: County
    street: Street
    firm: Firm
    covered: bool = False
    open: bool = True


@dataclass(slots=True)
class Cast:
    """Everybody, in the order of appearance."""

    firms: list[Firm] = field(default_factory=list)
    sites: list[Site] = field(default_factory=list)
    shared: list[Shared] = field(default_factory=list)
    committees: dict[str, str] = field(default_factory=dict)
    """Unit of a city or county → its industry committee's subject."""
