"""The registry feed on the command line: import what a registry exports, and work through what waits for a person."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from proto.xianfeng.registry.v1 import imports_pb2 as pb
from services.registry.cli.calling import AsJson, Exit, connected
from services.registry.cli.feed_lists import add_lists
from services.registry.cli.feed_rejects import write_rejects
from services.registry.cli.feed_sending import Sent, send
from services.registry.cli.feed_settling import add_settling
from services.registry.cli.feed_telling import tell
from services.registry.cli.feed_words import add_words
from services.registry.feed.reading import Export
from xianfeng.cli.showing import print_plain
from xianfeng.clock import clock_from
from xianfeng.settings import Settings
from xianfeng.tabular import NotADay, Unreadable, Unwritable, day_of, digest
from xianfeng.words import say

__all__ = ["add_feeding"]

_SOURCE = "registry"


def add_feeding(app: typer.Typer) -> None:
    """Add `import` and the commands for what waits for a person."""
    app.command("import", help=say("feed.cli.import"), epilog=say("feed.cli.import-exit"))(import_file)
    add_lists(app)
    add_settling(app)
    add_words(app)


def import_file(
    file: Annotated[Path, typer.Argument(help=say("feed.cli.file"))],
    as_of: Annotated[str, typer.Option("--as-of", help=say("feed.cli.as-of"))] = "",
    source: Annotated[str, typer.Option(help=say("feed.cli.source"))] = _SOURCE,
    rejects: Annotated[Path | None, typer.Option(help=say("feed.cli.rejects"))] = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=say("feed.cli.dry-run"))] = False,
    as_json: AsJson = False,
) -> None:
    try:
        with Export(file) as export:
            _require_columns(export)
            day = _day(as_of, export, as_json=as_json)
            begin = pb.ImportBegin(
                source=source, as_of=day.isoformat(), hash=digest(file), file=file.name, dry_run=dry_run
            )
            with connected() as channel, _progress(export.lines, shown=not as_json) as progress:
                sent = send(channel, export, begin, progress)
            _report(export, file, begin, sent, rejects, as_json=as_json)
    except (Unreadable, Unwritable) as unusable:
        typer.echo(unusable.message, err=True)
        sys.exit(Exit.REFUSED)
    if sent.counts["rejected"] or sent.result.waiting:
        sys.exit(Exit.PARTLY)


def _require_columns(export: Export) -> None:
    if missing := export.missing():
        columns = "、".join(say(f"feed.columns.{column}") for column in missing)
        names = "、".join(name for name in export.header.names if name)
        typer.echo(say("feed.cli.columns-missing", columns=columns, line=export.header.number, names=names), err=True)
        sys.exit(Exit.REFUSED)


def _day(given: str, export: Export, *, as_json: bool) -> date:
    """The export's day: as stated, as the file says, as asked for, else today."""
    if given:
        return _read_day(given)
    if found := export.own_day():
        return found
    if sys.stdin.isatty() and not as_json:
        return _read_day(typer.prompt(say("feed.cli.ask-as-of")))
    today = clock_from(Settings.load(create=False).clock).today()
    typer.echo(say("feed.cli.as-of-today", day=today), err=True)
    return today


def _read_day(text: str) -> date:
    try:
        return day_of(text)
    except NotADay:
        typer.echo(say("feed.cli.as-of-bad", value=text[:20]), err=True)
        sys.exit(Exit.REFUSED)


@contextmanager
def _progress(lines: int, *, shown: bool) -> Iterator[Callable[[str, int], None]]:
    """A bar for reading and one for taking; none where nobody looks."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not (shown and sys.stderr.isatty())) as bars:
        tasks = {step: bars.add_task(say(f"feed.cli.{step}"), total=lines) for step in ("reading", "taking")}

        def advance(step: str, done: int) -> None:
            bars.update(tasks[step], completed=done)

        yield advance


def _report(
    export: Export, file: Path, begin: pb.ImportBegin, sent: Sent, rejects: Path | None, *, as_json: bool
) -> None:
    path = rejects or Path(say("feed.cli.rejects-name", stem=file.stem))
    at = str(path) if sent.counts["rejected"] or sent.unresolved or rejects else ""
    if at:
        write_rejects(export, sent.faults, sent.unresolved, path)
    if as_json:
        told = {"as_of": begin.as_of, "source": begin.source, "waiting": sent.result.waiting, "rejects": at}
        print_plain({**sent.counts, **told, "id": sent.result.id})
    else:
        tell(export, begin, sent, at)
