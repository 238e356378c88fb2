"""What callers hand in to the writer, one command or many at once, and how they hear what came of each."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from xianfeng.event import Act
from xianfeng.store.answers import Answer
from xianfeng.store.session import Session

__all__ = ["Command", "Decide", "Outcome", "Together", "alone"]

Decide = Callable[[Session], dict[str, Any]]
Outcome = Answer | BaseException


@dataclass(slots=True, eq=False)
class Command:
    """`tell` hears once what came of it. `sent`: a transaction with it was tried, so its answer may be in the table."""

    id: str
    act: Act
    decide: Decide
    tell: Callable[[Outcome], None]
    sent: bool = False


def alone(id: str, act: Act, decide: Decide) -> tuple[Command, Future[Answer]]:
    """A command, and the future of its answer, which raises what stood against it."""
    future: Future[Answer] = Future()
    return Command(id, act, decide, partial(_settle, future)), future


class Together:
    """Commands of one caller. `outcomes` comes when the last is known, in the order in which they were added."""

    def __init__(self) -> None:
        self.commands: list[Command] = []
        self.outcomes: Future[list[Outcome]] = Future()
        self._known: dict[int, Outcome] = {}

    def add(self, id: str, act: Act, decide: Decide) -> None:
        self.commands.append(Command(id, act, decide, partial(self._tell, len(self.commands))))

    def _tell(self, place: int, outcome: Outcome) -> None:
        self._known[place] = outcome
        if len(self._known) == len(self.commands):
            with suppress(Exception):
                self.outcomes.set_result([self._known[place] for place in range(len(self.commands))])


def _settle(future: Future[Answer], outcome: Outcome) -> None:
    # A caller that went away has cancelled its future.
    with suppress(Exception):
        if isinstance(outcome, Answer):
            future.set_result(outcome)
        else:
            future.set_exception(outcome)
