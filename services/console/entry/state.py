"""One form on its way: what was asked, what was typed, what is wrong with it, what it would do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from services.console.entry.fields import Field
from services.console.entry.filling import Faults, digest_of
from services.console.entry.refusals import Refusal
from services.console.entry.trying import Outlook
from xianfeng.event import derived_id
from xianfeng.words import say

__all__ = ["UNDER_WAY", "Form", "Typed"]

META = ("effective", "correction_of", "correction_reason")
UNDER_WAY = ("act", "token", "command_id", "checked", "version", "back")


@dataclass(frozen=True)
class Typed:
    """The values of a posted form; those that only move it on are kept apart."""

    values: Mapping[str, str]
    act: str
    token: str
    command_id: str
    checked: str
    version: str
    back: str

    @classmethod
    def of(cls, posted: Mapping[str, Any]) -> Typed:
        texts = {name: value for name, value in posted.items() if isinstance(value, str)}
        moving = {name: texts.pop(name, "") for name in UNDER_WAY}
        return cls(texts, **moving)

    def meta(self, command: str) -> dict[str, Any]:
        """The command's meta: the day of a correction is the corrected fact's, so none is stated.

        The same form with the same values is the same command; a value that was changed makes it another.
        """
        stated = {name: self.values.get(name, "").strip() for name in META}
        if stated["correction_of"]:
            stated["effective"] = ""
        return {**stated, "command_id": derived_id("entry", self.command_id, digest_of(command, self.values))}


@dataclass
class Form:
    """What the template shows; ``outlook`` is set once it was checked and nothing was refused.

    ``back``: the page from which somebody came to do just this.
    """

    command: str
    fields: tuple[Field, ...]
    values: Mapping[str, str]
    command_id: str
    back: str = ""
    wrong: Any = None
    faults: Faults = field(default_factory=dict)
    refusal: Refusal | None = None
    outlook: Outlook | None = None
    notice: str = ""

    @property
    def label(self) -> str:
        return say(f"registry.command.{self.command}")

    @property
    def digest(self) -> str:
        return digest_of(self.command, self.values)

    @property
    def asked(self) -> int:
        """How many fields are asked (domain §8)."""
        return len(self.fields) + 1

    def shown(self, name: str) -> str:
        """The value of a field in words, for reading before saving."""
        value = self.values.get(name, "")
        found = next((one for one in self.fields if one.name == name), None)
        return next((option.label for option in found.options if option.value == value), value) if found else value
