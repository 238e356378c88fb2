"""Runs a service's main coroutine on uvloop until a signal asks it to end."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable, Coroutine
from typing import Any

import structlog
import uvloop

from xianfeng.failure import StartFailure

__all__ = ["run_service"]

# Seconds. Writer and folds share the interpreter with the loop: by default each waits 5 ms for its turn.
_SWITCH = 0.001
Main = Callable[[asyncio.Event], Coroutine[Any, Any, None]]


def run_service(main: Main) -> int:
    """Run `main(closing)`; SIGTERM and SIGINT set `closing`, after which `main` cleans up and returns.

    The exit code: 0, or 1 after a StartFailure, whose sentence goes to standard error.
    """
    sys.setswitchinterval(_SWITCH)
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
