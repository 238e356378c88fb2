"""What is shown while a source is followed: one line that moves on a terminal, a line for each news elsewhere."""

from __future__ import annotations

import json
import sys
import time
from typing import Self

import typer
from rich.console import Console
from rich.status import Status

from services.registry.live.progress import Progress
from xianfeng.words import say

__all__ = ["Screen"]

_EVERY = 10.0
"""Seconds between two lines of the same state where no line can move."""


class Screen:
    """`tell` is called at each progress. With `as_json` only the sum at the end is printed."""

    def __init__(self, as_json: bool) -> None:
        self.progress = Progress()
        self._as_json = as_json
        self._moving: Status | None = None
        self._told: tuple[str, str] = ("", "")
        self._next = 0.0

    def __enter__(self) -> Self:
        if sys.stderr.isatty() and not self._as_json:
            self._moving = Console(stderr=True).status(_line(self.progress))
            self._moving.start()
        return self

    def __exit__(self, *raised: object) -> None:
        if self._moving is not None:
            self._moving.stop()

    def tell(self, progress: Progress) -> None:
        """Show how far it is."""
        self.progress = progress
        if self._moving is not None:
            self._moving.update(_line(progress))
        elif not self._as_json and self._is_news(progress):
            typer.echo(_line(progress), err=True)

    def sum_up(self) -> None:
        """The sum, when following has ended."""
        if self._as_json:
            typer.echo(json.dumps(self.progress.plain(), ensure_ascii=False))
            return
        typer.echo(_line(self.progress))
        if self.progress.absent:
            typer.echo(say("live.cli.absent", count=self.progress.absent))
        if self.progress.told.rejected:
            typer.echo(say("live.cli.rejected", count=self.progress.told.rejected))

    def _is_news(self, progress: Progress) -> bool:
        told, now = (progress.state, progress.trouble), time.monotonic()
        if told == self._told and now < self._next:
            return False
        self._told, self._next = told, now + _EVERY
        return True


def _line(progress: Progress) -> str:
    told = {name: f"{count:,}" for name, count in progress.told._asdict().items()}
    line = say("live.cli.line", state=say(f"live.state.{progress.state}"), cursor=progress.cursor, **told)
    return line + (say("live.cli.trouble", text=progress.trouble) if progress.trouble else "")
