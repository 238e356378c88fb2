"""``python -m services.console``: serve the pages of this installation."""

from __future__ import annotations

import asyncio
import sys

from services.console.main import serve
from xianfeng.rpc.runner import run_service
from xianfeng.settings import Settings
from xianfeng.telemetry import configure


async def main(_: asyncio.Event) -> None:
    await serve(Settings.load())


if __name__ == "__main__":
    configure("console")
    sys.exit(run_service(main))
