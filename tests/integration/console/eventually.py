"""Waiting for a condition in an event loop, with a deadline."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest


async def eventually(condition: Callable[[], bool], what: str, *, seconds: float = 10) -> None:
    """Poll until the condition holds; fail by name after the deadline."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while not condition():
        if loop.time() > deadline:
            pytest.fail(f"{what} did not come true within {seconds} s")
        await asyncio.sleep(0.01)
