"""Answers on standard output: tables and text as wide as the terminal, or plain JSON for another program."""

from __future__ import annotations

import json
import sys
from typing import Any

import typer
from rich.console import Console, RenderableType

__all__ = ["print_plain", "print_shown"]

_WIDE = 240


def print_shown(*shown: RenderableType) -> None:
    """Tables and text for people; into a file or a pipe nothing is folded."""
    console = Console(width=None if sys.stdout.isatty() else _WIDE)
    for one in shown:
        console.print(one)


def print_plain(plain: Any) -> None:
    """The same as JSON."""
    typer.echo(json.dumps(plain, ensure_ascii=False, indent=1))
