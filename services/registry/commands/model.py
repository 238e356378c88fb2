"""The form of a command: a frozen model whose fields are those of its gRPC request."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from services.registry.domain.base import DatedAggregate
from xianfeng.event import Data
from xianfeng.words import say

__all__ = ["Command", "Day", "EnterpriseRef", "Handler", "Meta", "Ref", "UnitRef", "fact"]

_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_SUBJECT = r"[a-z]{2,5}-[0-9a-f-]{36}"


def _day(value: Any) -> Any:
    # pydantic would read "20211231" as seconds since 1970.
    if isinstance(value, str) and not _ISO_DAY.fullmatch(value):
        raise ValueError(say("registry.day-form"))
    return value


Day = Annotated[date, BeforeValidator(_day)]
"""An ISO day, YYYY-MM-DD."""
Ref = Annotated[str, StringConstraints(pattern=rf"^{_SUBJECT}$")]
"""A subject."""
EnterpriseRef = Annotated[str, StringConstraints(pattern=rf"^({_SUBJECT}|[0-9A-HJ-NPQRTUWXY]{{18}})$")]
"""An enterprise's subject or its credit code."""
UnitRef = Annotated[str, StringConstraints(pattern=rf"^({_SUBJECT}|[0-9]{{6,12}})$")]
"""A unit's subject or its division code."""


class Meta(BaseModel):
    """What every command carries. `effective`: the day from which it is true, by default today."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    command_id: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z._:-]{8,64}$")]
    expected_version: Annotated[int, Field(ge=0)] | None = None
    effective: Day | None = None
    correction_of: Annotated[str, StringConstraints(pattern=r"^[0-9a-f-]{36}$")] | None = None
    correction_reason: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None


class Command(BaseModel):
    """Base of all commands. `TARGET` names the field that refers to the subject; None: the command makes one."""

    # Eighty models are built when they are first used, not while the service starts.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    TARGET: ClassVar[str | None] = None
    meta: Meta


Handler = Callable[..., DatedAggregate]
"""`handler(desk, command)` or, with a TARGET, `handler(desk, command, aggregate)`; the command's subject."""

D = TypeVar("D", bound=Data)


def fact(model: type[D], command: Command, **values: Any) -> D:
    """The event data with the command's fields of the same names; `values` come first."""
    given = type(command).model_fields
    fields = {name: getattr(command, name) for name in model.model_fields if name in given}
    return model(**{**fields, **values})
