"""Gives the command line library's own words (usage, errors, panels) in Chinese; import it before typer or click."""

from __future__ import annotations

import gettext

from xianfeng.words import catalogue

__all__ = ["translate"]

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
