"""A mapping (对应关系): which column of a foreign ledger states which field. Data, shown before it is used."""

from __future__ import annotations

import json
import re
import tomllib
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from services.registry.ledger.fields import FIELDS, IDENTITY
from services.registry.ledger.plan import fault
from xianfeng.privacy import FreeText
from xianfeng.rpc.violations import violations
from xianfeng.tabular import header_name
from xianfeng.words import say

__all__ = ["Mapping", "Tick", "Unread", "read_mapping", "written"]

Unread = Literal["registry", "no-fact", "includes-probationary"]
Heading = Annotated[FreeText, StringConstraints(min_length=1)]


class Tick(BaseModel):
    """A column that is ticked when the field has this value."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    field: str
    value: str


class Mapping(BaseModel):
    """Headings are written as joined from several rows (`组建形式/单独建立`), or only their last parts.

    `columns`: heading → field, `name` and `code` among them. `unread`: heading → why a ledger is no source of it.
    `skip`: what lines below the table begin with. `persons`: parts of headings under which persons stand.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    title: Annotated[FreeText, StringConstraints(min_length=1, max_length=100)]
    header_rows: Annotated[int, Field(ge=1, le=6)] = 1
    columns: dict[Heading, str]
    ticks: dict[Heading, Tick] = {}
    unread: dict[Heading, Unread] = {}
    skip: tuple[Heading, ...] = ()
    persons: tuple[Heading, ...] = ()

    @model_validator(mode="after")
    def _check(self) -> Mapping:
        for heading, field in self.columns.items():
            _require(field in FIELDS or field in IDENTITY, "field", heading=heading, field=field)
        for heading, tick in self.ticks.items():
            known = FIELDS.get(tick.field)
            _require(known and tick.value in known.choices, "tick", heading=heading, value=tick.value)
        _require({"name", "code"} & set(self.columns.values()), "no-name")
        for heading in (*self.columns, *self.ticks):
            _require(not self.is_person(heading), "person", heading=heading)
        return self

    def is_person(self, heading: str) -> bool:
        """Whether a column is about a person: it is named in the summary and never read."""
        name = header_name(heading)
        return any(part in name for part in self._person_parts)

    def is_end(self, text: str) -> bool:
        """Whether a line that begins with this text is no row of the table: a sum, or who filled it in."""
        return bool(self._ends.match(header_name(text)))

    @cached_property
    def _person_parts(self) -> tuple[str, ...]:
        return tuple(header_name(part) for part in (*say("ledger.word.person").split(), *self.persons))

    @cached_property
    def _ends(self) -> re.Pattern[str]:
        words = (header_name(word) for word in (*say("ledger.word.end").split(), *self.skip))
        return re.compile(f"(?:{'|'.join(map(re.escape, words))})(?:[:(、\\d]|$)")


def read_mapping(path: Path) -> Mapping:
    """The mapping in a TOML file. Raises Refused that names what is wrong with it."""
    try:
        return Mapping.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError):
        raise fault("mapping-unreadable", path=path.name) from None
    except tomllib.TOMLDecodeError as wrong:
        raise fault("mapping-form", path=path.name, text=str(wrong)) from None
    except ValidationError as wrong:
        first = violations(wrong)[0]
        text = f"{first.field}：{first.description}" if first.field else first.description
        raise fault("mapping-form", path=path.name, text=text) from None


def written(mapping: Mapping) -> str:
    """The mapping as TOML, as `read_mapping` reads it."""
    head = [f"title = {_text(mapping.title)}", f"header_rows = {mapping.header_rows}"]
    head += [f"{name} = [{', '.join(map(_text, getattr(mapping, name)))}]" for name in ("skip", "persons")]
    columns = [f"{_text(name)} = {_text(field)}" for name, field in mapping.columns.items()]
    ticks = [
        f"{_text(name)} = {{ field = {_text(tick.field)}, value = {_text(tick.value)} }}"
        for name, tick in mapping.ticks.items()
    ]
    unread = [f"{_text(name)} = {_text(why)}" for name, why in mapping.unread.items()]
    return "\n".join([*head, "", "[columns]", *columns, "", "[ticks]", *ticks, "", "[unread]", *unread, ""])


def _text(text: str) -> str:
    """A text of JSON is one of TOML, which wants one more character escaped."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _require(holds: object, reason: str, **values: object) -> None:
    if not holds:
        raise ValueError(say(f"ledger.mapping.wrong.{reason}", **values))
