"""`xianfeng registry`: what the registry of companies says, from files and from live sources."""

from __future__ import annotations

import typer

from services.registry.cli.feeding import add_feeding
from services.registry.cli.live import add_live
from xianfeng.words import say

__all__ = ["registry"]

registry = typer.Typer(help=say("live.cli.group"), no_args_is_help=True)
add_feeding(registry)
add_live(registry)
