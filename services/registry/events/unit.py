"""What happens to a reporting unit (domain §7) and to an account. Units travel on a topic of their own."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from services.registry.events.base import Fact, FactVoidedBase, FreeText, Name, Subject
from xianfeng.event import published

__all__ = ["ACCOUNT_TYPES", "EVENTS", "UNIT_TYPES", "Level", "Role"]

Level = Literal["nation", "province", "city", "county", "street", "community", "other"]
Role = Literal[
    "administrator", "organisation_department", "housing_authority", "industry_committee", "sub_district", "community",
    "enterprise", "auditor", "operator",
]  # fmt: skip
Handle = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{1,62}$")]
UnitCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{6,12}$")]


class UnitOpened(Fact):
    """`also`: other names by which people look for the unit."""

    TYPE = "unit.opened.v1"
    name: Name
    level: Level
    parent: Subject | None = None
    code: UnitCode | None = None
    order: Annotated[int, Field(ge=0)] = 0
    also: tuple[Name, ...] | None = None


class UnitRenamed(Fact):
    TYPE = "unit.renamed.v1"
    name: Name


class UnitMoved(Fact):
    TYPE = "unit.moved.v1"
    parent: Subject


class UnitClosed(Fact):
    """From this day on it no longer exists; with one successor its enterprises count there, else at its parent."""

    TYPE = "unit.closed.v1"
    successors: tuple[Subject, ...] = ()


class UnitCompetentDepartmentSet(Fact):
    TYPE = "unit.competent-department-set.v1"
    department: Name


class UnitLeadBodySet(Fact):
    TYPE = "unit.lead-body-set.v1"
    body: Name


class UnitDemonstrationFilled(Fact):
    """What stands below this unit is demonstration data (演示数据); said before the first of it, and for good."""

    TYPE = "unit.demonstration-filled.v1"


class UnitFactVoided(FactVoidedBase):
    TYPE = "unit.fact-voided.v1"


class AccountOpened(Fact):
    """Account = id, role, unit. For an enterprise's account also the enterprise."""

    TYPE = "account.opened.v1"
    handle: Handle
    role: Role
    unit: Subject
    enterprise: Subject | None = None


class AccountChanged(Fact):
    TYPE = "account.changed.v1"
    role: Role | None = None
    unit: Subject | None = None


class AccountPasswordSet(Fact):
    """It has another password, which is no fact and stands apart: what was signed before is refused."""

    TYPE = "account.password-set.v1"


class AccountClosed(Fact):
    TYPE = "account.closed.v1"
    reason: FreeText | None = None


EVENTS = published(globals())
UNIT_TYPES = frozenset(model.TYPE for model in EVENTS if model.TYPE.startswith("unit."))
ACCOUNT_TYPES = frozenset(model.TYPE for model in EVENTS if model.TYPE.startswith("account."))
