"""What is wrong with a rule file, said so that its author can put it right."""

from __future__ import annotations

from pathlib import Path

from xianfeng.words import say

__all__ = ["RuleError"]


class RuleError(ValueError):
    """A rule file cannot be used. The message names file, place (table and row), field, and what to do."""

    def __init__(self, path: Path, place: str, problem: str, **values: object) -> None:
        self.path, self.place = path, place
        super().__init__(say("rules.error", file=path.name, place=place, problem=say(f"rules.{problem}", **values)))
