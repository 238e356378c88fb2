"""Of which day a page tells, and by whose knowledge: today's and now's, or those of the past that the reader names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from fastapi import Depends

from services.console.problems import problem
from xianfeng.clock import SHANGHAI

__all__ = ["PRESENT", "When", "WhenAsked", "instant_of"]


@dataclass(frozen=True)
class When:
    """`day`: ISO; empty: the present, or the day of `known_at`. `known_at`: what was known at that minute of
    Asia/Shanghai, as a browser's field gives it; empty: what is known now.
    """

    day: str = ""
    known_at: str = ""

    @property
    def past(self) -> bool:
        """Nothing moves by itself, and nothing is entered."""
        return bool(self.day or self.known_at)

    @property
    def query(self) -> Mapping[str, str]:
        """For the address of whatever is of the same day and knowledge."""
        return {"day": self.day, "known_at": self.known_at}

    @property
    def instant(self) -> str:
        """`known_at` for the services, ISO with its offset; empty: now."""
        return instant_of(self.known_at)

    @property
    def minute(self) -> str:
        """`known_at` for people."""
        return self.known_at.replace("T", " ")[:16]


PRESENT = When()


def instant_of(local: str) -> str:
    """A minute of Asia/Shanghai as an ISO instant. Raises PageProblem for anything else."""
    if not local:
        return ""
    try:
        moment = datetime.fromisoformat(local)
    except ValueError:
        raise problem(422, "bad-instant", instant=local[:40]) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)).isoformat()


# Asynchronous: what is not is sent to a thread and back for each page.
async def _when(day: str = "", known_at: str = "") -> When:
    try:
        asked = When(date.fromisoformat(day).isoformat() if day else "", known_at)
    except ValueError:
        raise problem(422, "bad-day", day=day[:40]) from None
    instant_of(known_at)
    return asked


WhenAsked = Annotated[When, Depends(_when)]
"""The day and the knowledge in the address; both empty: the present."""
