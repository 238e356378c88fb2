"""Ledgers on the command line: a pre-filled workbook out, any ledger in, and the mappings of foreign ones."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from services.registry.cli.calling import AsJson, connected, fail
from services.registry.cli.ledger_calls import export as export_unit
from services.registry.cli.ledger_import import Import, refusing
from services.registry.cli.ledger_telling import mapping_table
from services.registry.ledger.mappings import Mappings
from services.registry.ledger.sending import Meant
from services.registry.ledger.workbook import write_ledger
from xianfeng.cli.showing import print_shown
from xianfeng.rpc.errors import Problem
from xianfeng.settings import Settings
from xianfeng.words import say

__all__ = ["ledger"]

ledger = typer.Typer(help=say("ledger.cli.group"), no_args_is_help=True)
mapping = typer.Typer(help=say("ledger.cli.mapping"), no_args_is_help=True)
ledger.add_typer(mapping, name="mapping")

Name = Annotated[str, typer.Argument(help=say("ledger.cli.mapping-name"))]


@ledger.command(help=say("ledger.cli.export"))
def export(
    unit: Annotated[str, typer.Argument(help=say("ledger.cli.export-unit"))],
    file: Annotated[Path | None, typer.Argument(help=say("ledger.cli.export-file"))] = None,
) -> None:
    with connected() as channel:
        found = export_unit(channel, unit)
    path = file or Path(say("ledger.cli.export-name", unit=found.path, day=found.day))
    with refusing():
        write_ledger(path, found.path, found.day, found.rows, demonstration=found.demonstration)
    if found.demonstration:
        typer.echo(say("demo.mark"))
    typer.echo(say("ledger.cli.exported", count=len(found.rows), path=path))


@ledger.command("import", help=say("ledger.cli.import"))
def import_(
    file: Annotated[Path, typer.Argument(help=say("ledger.cli.file"))],
    *,
    unit: Annotated[str, typer.Option(help=say("ledger.cli.unit"))] = "",
    effective: Annotated[str, typer.Option(help=say("ledger.cli.effective"))] = "",
    mapping: Annotated[str, typer.Option(help=say("ledger.cli.use-mapping"))] = "",
    sheet: Annotated[str, typer.Option(help=say("ledger.cli.sheet"))] = "",
    source: Annotated[str, typer.Option(help=say("ledger.cli.source"))] = "community_verified",
    check: Annotated[bool, typer.Option("--check", help=say("ledger.cli.check"))] = False,
    apply: Annotated[bool, typer.Option("--apply", "--yes", help=say("ledger.cli.apply"))] = False,
    rejects: Annotated[Path | None, typer.Option(help=say("ledger.cli.rejects"))] = None,
    show: Annotated[int, typer.Option(help=say("ledger.cli.show"), min=0)] = 50,
    as_json: AsJson = False,
) -> None:
    if check and apply:
        fail(Problem("INVALID_ARGUMENT", say("ledger.cli.check-or-apply"), reason="usage"))
    work = Import(file, Meant(unit, effective, "", source), rejects, show, as_json=as_json)
    with refusing():
        work.read(_mappings().find(mapping) if mapping else None, sheet or None)
        with connected() as channel:
            work.check(channel)
            if not check and work.may_apply(apply):
                work.apply(channel)
    work.finish()


@mapping.command("list", help=say("ledger.cli.mapping-list"))
def listed() -> None:
    found = _mappings()
    for name in found.names():
        with refusing():
            typer.echo(f"{name}\t{found.find(name).title}")


@mapping.command(help=say("ledger.cli.mapping-show"))
def show(
    name: Name, toml: Annotated[bool, typer.Option("--toml", help=say("ledger.cli.mapping-toml"))] = False
) -> None:
    with refusing():
        found = _mappings()
        if toml:
            typer.echo(found.path(name).read_text(encoding="utf-8"))
        else:
            print_shown(mapping_table(found.find(name)))


@mapping.command(help=say("ledger.cli.mapping-save"))
def save(name: Name, file: Annotated[Path, typer.Argument(help=say("ledger.cli.mapping-file"))]) -> None:
    with refusing():
        found = _mappings()
        found.save(name, file)
        print_shown(mapping_table(found.find(name)))
    typer.echo(say("ledger.cli.mapping-saved", name=name))


def _mappings() -> Mappings:
    return Mappings(Settings.load(create=False).data_dir)
