"""Runs a service's main coroutine on uvloop until a signal asks it to end."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable, Coroutine, Iterable
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import structlog
import uvloop

from xianfeng.collector import look_seldom
from xianfeng.failure import StartFailure

__all__ = ["end_all", "own_version", "run_service", "until_closing"]

# Seconds. Writer and folds share the interpreter with the loop: by default each waits 5 ms for its turn.
_SWITCH = 0.001
Main = Callable[[asyncio.Event], Coroutine[Any, Any, None]]


def run_service(main: Main) -> int:
    """Run `main(closing)`; SIGTERM and SIGINT set `closing`, after which `main` cleans up and returns.

    The exit code: 0, or 1 after a StartFailure, whose sentence goes to standard error.
    """
    sys.setswitchinterval(_SWITCH)
    look_seldom()
    try:
        uvloop.run(_until_signal(main))
    except StartFailure as failure:
        structlog.get_logger("xianfeng").error("start-failed", message=failure.message)
        print(failure.message, file=sys.stderr)
        return 1
    return 0


async def _until_signal(main: Main) -> None:
    closing = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, closing.set)
    await main(closing)


async def until_closing(closing: asyncio.Event, running: Iterable[asyncio.Task[None]]) -> None:
    """Wait for the signal; a task that ends before it ends the service, with its exception."""
    signalled = asyncio.create_task(closing.wait())
    done, _ = await asyncio.wait({signalled, *running}, return_when=asyncio.FIRST_COMPLETED)
    signalled.cancel()
    for task in done - {signalled}:
        task.result()


async def end_all(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Cancel the tasks and wait until each has cleaned up."""
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def own_version() -> str:
    """The version of this installation's code; "0" when it runs from a tree that was not installed."""
    try:
        return version("xianfeng")
    except PackageNotFoundError:
        return "0"
