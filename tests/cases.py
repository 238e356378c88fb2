"""`python -m tests.cases [FILE]`: every case of a file through commands, events and the projection.

Starts an installation of its own under a clock that it moves. Prints what is wrong and `N right, M wrong`; the exit
code is 1 when anything is. Reads no rule file: what is expected stands in the cases.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

from tests.caselib.making import case_file
from tests.caselib.plan import stops
from tests.caselib.running import Verdict, run
from tests.caselib.table import Case, read_cases
from tests.e2e.office import MovedClock, Office
from tests.fixtures.installation import Installation
from xianfeng.clock import SHANGHAI
from xianfeng.failure import StartFailure
from xianfeng.words import say

__all__ = ["judge", "main"]


def judge(cases: list[Case], directory: Path) -> list[Verdict]:
    """The verdicts of an installation that is started in `directory` and stopped again."""
    first = stops(cases)[0]
    clock = MovedClock(directory / "clock", datetime(first.year, first.month, first.day, 9, tzinfo=SHANGHAI))
    installation = Installation(directory / "data", {"XIANFENG_CLOCK": clock.spec})
    started = time.monotonic()

    def tell(what: str) -> None:
        print(say("coverage.cases.stage", what=what, seconds=time.monotonic() - started), file=sys.stderr, flush=True)

    installation.start()
    try:
        tell(say("coverage.cases.started"))
        office = Office(installation.settings)
        try:
            return run(office, clock, cases, tell)
        finally:
            office.close()
    finally:
        installation.stop()


def main(arguments: list[str]) -> int:
    if len(arguments) > 1:
        print(say("coverage.cases.usage"), file=sys.stderr)
        return 2
    directory = Path(tempfile.mkdtemp(prefix="xianfeng-cases-"))
    try:
        path = Path(arguments[0]) if arguments else case_file(directory)
        print(say("coverage.cases.file", path=path), file=sys.stderr)
        verdicts = judge(read_cases(path), directory)
    except StartFailure as failure:
        print(failure.message, file=sys.stderr)
        return 2
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    wrong = [verdict for verdict in verdicts if not verdict.right]
    for verdict in wrong:
        print(verdict)
    print(say("coverage.cases.result", right=len(verdicts) - len(wrong), wrong=len(wrong)))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
