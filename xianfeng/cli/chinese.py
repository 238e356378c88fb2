"""Gives the command line library's own words (usage, errors, panels) in Chinese; import it before typer or click."""

from __future__ import annotations

import gettext
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
    """Translate what the library does not look up: the help option of every command and the usage line."""
    import typer

    context = typer.Context(command)
    option = command.get_help_option(context)
    if option is not None:
        option.help = gettext.gettext(option.help)
    for child in getattr(command, "commands", {}).values():
        translate_tree(child)
    # The class that makes the contexts of a call stands below typer's own.
    base: Any = typer.Context.__mro__[1]
    base.formatter_class = _formatter(base.formatter_class)


def _formatter(base: Any) -> Any:
    if getattr(base, "translated", False):
        return base

    class Formatter(base):
        translated = True

        def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
            super().write_usage(prog, args, prefix or gettext.gettext("Usage:") + " ")

    return Formatter
