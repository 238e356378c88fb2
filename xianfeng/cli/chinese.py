"""Gives the command line library's own words (usage, errors, panels) in Chinese; import it before typer or click.

Also lays out our help texts: Chinese has no blanks to break a line at, and the library cuts what it cannot break.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Callable
from functools import cache
from typing import Any

from xianfeng.words import catalogue

__all__ = ["translate", "translate_tree"]

PREFIX = "click."


def translate() -> None:
    """Answer the library's gettext look-ups from the catalogue, whatever the language of the terminal."""
    texts = catalogue()
    # Keys of the catalogue are short names: the library's own text stands beside each under ``.source``.
    known = {
        text: texts[key.removesuffix(".source") + ".text"]
        for key, text in texts.items()
        if key.startswith(PREFIX) and key.endswith(".source")
    }

    def one(domain: str, message: str) -> str:
        return known.get(message, message)

    def counted(domain: str, msgid1: str, msgid2: str, n: int) -> str:
        return one(domain, msgid1 if n == 1 else msgid2)

    gettext.dgettext = one
    gettext.dngettext = counted


def translate_tree(command: Any) -> None:
    """Translate what the library does not look up: usage lines, types, help options and the sentences of errors."""
    import typer

    _translate_command(command, typer.Context(command))
    # The classes that make the contexts of a call, and the errors, stand below typer's own.
    base: Any = typer.Context.__mro__[1]
    base.formatter_class = _formatter(base.formatter_class)
    _translate_errors(next(kind for kind in typer.BadParameter.__mro__[::-1] if hasattr(kind, "format_message")))


def _translate_command(command: Any, context: Any) -> None:
    texts = catalogue()
    option = command.get_help_option(context)
    if option is not None:
        option.help = gettext.gettext(option.help)
    command.format_help = _folded(command.format_help)
    command.options_metavar = texts["click.metavar.options"]
    if hasattr(command, "subcommand_metavar"):
        command.subcommand_metavar = texts["click.metavar.command"]
    for parameter in command.get_params(context):
        parameter.display_type = _typed(parameter.display_type)
    for child in getattr(command, "commands", {}).values():
        _translate_command(child, context)


def _folded(format_help: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """Help whose long lines go on in the next one."""

    def shown(ctx: Any, formatter: Any) -> Any:
        # Only help needs them, and they take long to load.
        from rich import columns, table
        from typer import rich_utils

        class Folding(table.Table):
            def add_row(self, *cells: Any, **how: Any) -> None:
                super().add_row(*cells, **how)
                for column in self.columns:
                    column.overflow = "fold"

        for user in (columns, rich_utils):
            user.Table = Folding  # type: ignore[attr-defined]
        return format_help(ctx, formatter)

    return shown


def _typed(display: Callable[..., str]) -> Callable[..., str]:
    """A type in words; nothing for a switch, and one word for a choice, which the help text spells out."""

    def shown(ctx: Any) -> str:
        kind = display(ctx).strip("<>")
        if kind == "bool":
            return ""
        name = "choice" if "|" in kind else kind.replace(" ", "-")
        return catalogue().get(f"click.type.{name}", kind)

    return shown


def _translate_errors(kind: Any) -> None:
    if "format_message" in vars(kind) and not hasattr(kind.format_message, "__wrapped__"):
        kind.format_message = _said(kind.format_message)
    for child in kind.__subclasses__():
        _translate_errors(child)


def _said(format_message: Callable[[Any], str]) -> Callable[[Any], str]:
    def said(error: Any) -> str:
        text = format_message(error)
        for pattern, ours in _sentences():
            text = pattern.sub(ours, text)
        return text

    said.__wrapped__ = format_message  # type: ignore[attr-defined]
    return said


@cache
def _sentences() -> list[tuple[re.Pattern[str], str]]:
    """Patterns of sentences that the library builds itself, each with what takes its place; order matters."""
    texts = catalogue()
    keys = [key.removesuffix(".pattern") for key in texts if key.startswith("click.") and key.endswith(".pattern")]
    return [(re.compile(texts[f"{key}.pattern"], re.DOTALL), texts[f"{key}.text"]) for key in keys]


def _formatter(base: Any) -> Any:
    if getattr(base, "translated", False):
        return base

    class Formatter(base):
        translated = True

        def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
            super().write_usage(prog, args, prefix or gettext.gettext("Usage:") + " ")

    return Formatter
