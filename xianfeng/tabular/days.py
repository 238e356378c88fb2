"""Days as offices write them; the forms are data (`days.toml`)."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from functools import cache
from pathlib import Path

from xianfeng.tabular.plain import plain
from xianfeng.words import say

__all__ = ["NotADay", "day_of"]

FORMS = Path(__file__).with_name("days.toml")
TIME_OF_DAY = r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"


class NotADay(ValueError):
    """`reason` is `form` (no known way to write a day) or `calendar` (well written, but there is no such day)."""

    def __init__(self, reason: str, text: str) -> None:
        self.reason = reason
        self.message = say(f"tabular.day.{reason}", value=text[:40], examples="、".join(_examples()))
        super().__init__(self.message)


def day_of(text: str) -> date:
    """The day that a text states; NotADay when it states none."""
    cleaned = plain(text)
    for form in _forms():
        if found := form.fullmatch(cleaned):
            try:
                return date(int(found["y"]), int(found["m"]), int(found["d"]))
            except ValueError:
                raise NotADay("calendar", cleaned) from None
    raise NotADay("form", cleaned)


@cache
def _table() -> list[dict[str, str | bool]]:
    forms: list[dict[str, str | bool]] = tomllib.loads(FORMS.read_text(encoding="utf-8"))["form"]
    return forms


@cache
def _forms() -> tuple[re.Pattern[str], ...]:
    tail = {True: TIME_OF_DAY, False: ""}
    return tuple(re.compile(f"{form['pattern']}{tail[bool(form.get('time'))]}", re.ASCII) for form in _table())


def _examples() -> list[str]:
    return [str(form["example"]) for form in _table()]
