"""What the events of registry have in common."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from xianfeng.event import Data
from xianfeng.privacy import FreeText, SomeText

__all__ = [
    "AdviserKind",
    "Code",
    "Correction",
    "Count",
    "EndCause",
    "Fact",
    "Form",
    "FreeText",
    "JointForm",
    "LeaveCause",
    "Name",
    "OrganisationType",
    "ReleaseCause",
    "Subject",
    "date",
]  # fmt: skip

Subject = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,5}-[0-9a-f-]{36}$")]
Name = SomeText
Code = Annotated[str, StringConstraints(pattern=r"^[0-9A-HJ-NPQRTUWXY]{18}$")]
Count = Annotated[int, Field(ge=0, le=100_000)]
AdviserKind = Literal["community", "other"]
Form = Literal["own", "joint", "regional", "industry", "grid"]
JointForm = Literal["joint", "regional", "industry", "grid"]
OrganisationType = Literal["branch", "general_branch", "committee"]
EndCause = Literal["withdrawn", "merged", "transferred", "upgraded"]
LeaveCause = Literal["left", "withdrawn", "merged", "transferred", "upgraded"]
ReleaseCause = Literal["left", "term_ended", "replaced", "enterprise_closed", "other"]


class Correction(Data):
    """更正: the event that was never true, and why. The correcting event repeats its `effective`."""

    event: str
    reason: Name


class Fact(Data):
    """A dated fact. It is true from the event's `effective` on, or by `correction` in place of a wrong one."""

    correction: Correction | None = None


class FactVoidedBase(Data):
    """Takes one event of this subject out: it was never true. `version` is that event's subjectversion."""

    event: str
    version: Annotated[int, Field(ge=1)]
    reason: Name
