"""One import of a ledger: read, check, show, ask, apply, and hand back what could not be taken."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.progress import Progress

from services.registry.cli.calling import Exit, fail
from services.registry.cli.ledger_calls import apply, check
from services.registry.cli.ledger_telling import as_plain, tell_reading, tell_review, tell_summary
from services.registry.ledger.file import read_ledger
from services.registry.ledger.files.writing import write_rejects
from services.registry.ledger.mapping import Mapping
from services.registry.ledger.review import Review
from services.registry.ledger.sending import Meant
from xianfeng.cli.showing import print_plain
from xianfeng.refusal import Refused
from xianfeng.rpc.errors import Problem
from xianfeng.tabular import Unreadable, Unwritable
from xianfeng.words import say

__all__ = ["Import", "refusing"]


@contextmanager
def refusing() -> Iterator[None]:
    """What is wrong with a file ends the command in words."""
    try:
        yield
    except (Unreadable, Unwritable) as wrong:
        fail(Problem("INVALID_ARGUMENT", wrong.message, reason=wrong.reason))
    except Refused as wrong:
        fail(Problem("INVALID_ARGUMENT", wrong.message, reason=wrong.reason, remedy=wrong.remedy))


class Import:
    """`show`: how many rows are listed on the terminal, 0: all. With `as_json` nothing is asked."""

    def __init__(self, path: Path, meant: Meant, rejects: Path | None, show: int, *, as_json: bool) -> None:
        self._path = path
        self._meant = meant
        self._rejects = rejects
        self._show = show
        self._as_json = as_json
        self._applied = False

    def read(self, mapping: Mapping | None, sheet: str | None) -> None:
        """Raises Unreadable or Refused."""
        if self._rejects and self._rejects.resolve() == self._path.resolve():
            raise Refused(say("ledger.cli.rejects-are-input"), kind="invalid", reason="rejects-are-input")
        file = read_ledger(self._path, mapping, sheet)
        self._meant = replace(self._meant, file=file.hash)
        self._review = Review(file)
        if mapping is not None and not self._as_json:
            tell_reading(file, mapping)

    def check(self, channel: Any) -> None:
        """Ask what would change, and show it."""
        rows = self._review.to_check
        with self._progress("ledger.cli.checking", len(rows)) as told:
            self._review.take(check(channel, self._meant, rows, told))
        self._review.settle_repeats()
        if not self._as_json:
            tell_review(self._review, self._show)

    def may_apply(self, agreed: bool) -> bool:
        """Whether there is anything to apply, and a person wants it."""
        if agreed or not self._review.changing:
            return bool(self._review.changing)
        if self._as_json or not sys.stdin.isatty():
            typer.echo(say("ledger.cli.not-applied"), err=True)
            return False
        return typer.confirm(say("ledger.cli.ask", count=len(self._review.changing)))

    def apply(self, channel: Any) -> None:
        """Apply the rows that change something."""
        rows = self._review.changing
        with self._progress("ledger.cli.applying", len(rows)) as told:
            self._review.take(apply(channel, self._meant, rows, told))
        self._applied = True

    def finish(self) -> None:
        """Write what was rejected, sum up, and end with the code that says whether there was any."""
        path = self._write_rejects()
        if self._as_json:
            print_plain(as_plain(self._review, applied=self._applied))
        else:
            tell_summary(self._review, path, applied=self._applied)
        if self._review.rejected:
            sys.exit(Exit.PARTLY)

    def _write_rejects(self) -> Path | None:
        rejected = self._review.rejected
        if not rejected and self._rejects is None:
            return None
        path = self._rejects or Path(say("ledger.cli.rejects-name", stem=self._path.stem))
        with refusing():
            write_rejects(path, self._review)
        return path

    @contextmanager
    def _progress(self, key: str, total: int) -> Iterator[Callable[[int], None]]:
        console = Console(stderr=True)
        with Progress(console=console, disable=self._as_json or not console.is_terminal, transient=True) as bar:
            task = bar.add_task(say(key), total=total)
            yield lambda count: bar.advance(task, count)
