"""Lines out of a stream of bytes, none longer than a bound: a source that sends no line end fills no memory."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator

__all__ = ["LONGEST", "LineTooLong", "lines"]

LONGEST = 256 * 1024
"""Bytes. A record of the registry has a few thousand."""


class LineTooLong(ValueError):
    """A line over the bound."""


async def lines(pieces: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
    """Whole lines without their ends; empty ones too, for a blank line is a heartbeat. A rest without an end is cut off
    by a broken connection and left out. Raises LineTooLong."""
    rest = b""
    async for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            yield line.rstrip(b"\r")
        if len(rest) > LONGEST:
            raise LineTooLong(f"a line of more than {LONGEST} bytes")
