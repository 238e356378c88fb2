"""Parts of the addresses of entry: ``{room:room}`` is a kind of subject, ``{command:command}`` a command's name."""

from __future__ import annotations

from starlette.convertors import StringConvertor, register_url_convertor

from services.console.entry.table import rooms

__all__ = ["register"]


class _Room(StringConvertor):
    """Only these words, so that other pages may stand beside them."""

    regex = "|".join(rooms())


class _Command(StringConvertor):
    regex = "[A-Z][A-Za-z]+"


def register() -> None:
    """Make the two known to the router; before the first route that has them."""
    register_url_convertor("room", _Room())
    register_url_convertor("command", _Command())
