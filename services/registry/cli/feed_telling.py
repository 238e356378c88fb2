"""What an import came to, in words."""

from __future__ import annotations

import typer

from proto.xianfeng.registry.v1 import imports_pb2 as pb
from services.registry.cli.feed_sending import Sent
from services.registry.feed.reading import Export
from xianfeng.words import say

__all__ = ["tell", "tell_result"]

_NAMED = 10


def tell(export: Export, begin: pb.ImportBegin, sent: Sent, rejects: str) -> None:
    """The columns that were not read, what came of the rows, and what is left to do."""
    if export.persons:
        typer.echo(say("feed.cli.persons", names="、".join(export.persons)))
    if export.ignored:
        typer.echo(say("feed.cli.ignored", names="、".join(export.ignored)))
    if sent.resumed:
        typer.echo(say("feed.cli.resumed"))
    if begin.dry_run:
        typer.echo(say("feed.cli.would"))
    typer.echo(say("feed.cli.done", file=begin.file, day=begin.as_of, source=begin.source, **sent.counts))
    tell_result(sent.result, sent.counts)
    if rejects:
        typer.echo(say("feed.cli.rejects-at", path=rejects))


def tell_result(result: pb.ImportResult, counts: dict[str, int]) -> None:
    """What is known after an import, and what waits for a person."""
    typer.echo(say("feed.cli.more", **counts))
    if result.absent:
        names = "、".join(absent.name for absent in result.absent[:_NAMED])
        more = counts["absent"] > _NAMED
        typer.echo(say("feed.cli.absent", names=say("feed.cli.absent-more", names=names) if more else names, **counts))
    if result.words:
        typer.echo(say("feed.cli.unknown-words", words="、".join(result.words)))
    if result.waiting:
        typer.echo(say("feed.cli.waits", id=result.id))
        for wait in result.waits:
            typer.echo(say("feed.cli.wait", name=wait.name, operating=wait.operating, inactive=wait.inactive))
