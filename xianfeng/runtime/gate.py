"""Starts a service early: imports while the servers come up, and goes on when the supervisor opens the gate.

``python -m xianfeng.runtime.gate services.registry`` ends as ``python -m services.registry`` does.
"""

from __future__ import annotations

import importlib
import importlib.util
import runpy
import sys


def main(module: str) -> None:
    """Import a service's ``main``, wait for a line on standard input, run the service."""
    if importlib.util.find_spec(f"{module}.main"):
        importlib.import_module(f"{module}.main")
    # End of input without a line: the supervisor is gone, nobody needs this process.
    if not sys.stdin.readline():
        sys.exit(0)
    sys.argv = [module]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(sys.argv[1])
