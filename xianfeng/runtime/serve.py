"""Runs one installation in this process, from its lock to its end; ``python -m`` of it is the detached form."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable

from xianfeng.failure import StartFailure
from xianfeng.runtime.diagnosis import require_free_ports
from xianfeng.runtime.plan import ports_of, provisioning_of, tiers_of
from xianfeng.runtime.report import supervising
from xianfeng.runtime.supervisor import Supervisor
from xianfeng.settings import Settings

__all__ = ["serve"]


def serve(settings: Settings, healthy: Callable[[], None], trouble: Callable[[str], None]) -> bool:
    """Supervise the installation until it is asked to stop; return False at once when another process does so.

    Raises StartFailure when it cannot be started.
    """
    # Set here and not in a shell: gRPC's own handlers would disturb the start of every child.
    os.environ["GRPC_ENABLE_FORK_SUPPORT"] = "0"
    with supervising(settings.data_dir) as mine:
        if not mine:
            return False
        require_free_ports(ports_of(settings))
        address = f"http://{settings.address('console')}"
        supervisor = Supervisor(tiers_of(settings), settings.data_dir, address, provisioning_of(settings))
        asyncio.run(supervisor.run(healthy, trouble))
        return True


def main() -> None:
    """Serve without a terminal: standard error is the supervisor's log."""
    try:
        serve(Settings.load(), lambda: None, lambda sentence: print(sentence, file=sys.stderr, flush=True))
    except StartFailure as failure:
        sys.exit(failure.message)


if __name__ == "__main__":
    main()
