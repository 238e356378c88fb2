"""Registry on the command line: a group for each kind of subject, derived from the commands and queries themselves."""

from __future__ import annotations

import typer

from services.registry.cli.accounts import account
from services.registry.cli.asking import add_queries
from services.registry.cli.deriving import add_commands
from xianfeng.words import say

__all__ = ["account", "adviser", "committee", "enterprise", "organisation", "project", "unit"]


def _group(kind: str) -> typer.Typer:
    app = typer.Typer(help=say(f"registry.cli.group.{kind}"), no_args_is_help=True)
    add_queries(app, kind)
    add_commands(app, kind)
    return app


enterprise = _group("enterprise")
organisation = _group("organisation")
committee = _group("committee")
project = _group("project")
adviser = _group("adviser")
unit = _group("unit")
