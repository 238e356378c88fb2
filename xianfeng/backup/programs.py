"""PostgreSQL's own programs for dumping and loading, as children that end with this process."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO

from xianfeng.runtime.postgres import program_path
from xianfeng.runtime.process import Command, popen_arguments

__all__ = ["CHUNK", "Child", "child", "session_of"]

CHUNK = 1 << 20
_KEPT = 50


class Child:
    """A running program. ``lines`` are the last ones of its standard error."""

    def __init__(self, process: subprocess.Popen[bytes], heard: Callable[[str], None]) -> None:
        self._process, self._heard = process, heard
        self.lines: list[str] = []
        self._listening = threading.Thread(target=self._listen, daemon=True)
        self._listening.start()

    def read(self) -> Iterator[bytes]:
        """What it writes, in pieces."""
        assert self._process.stdout is not None
        while chunk := self._process.stdout.read(CHUNK):
            yield chunk

    def feed(self, source: IO[bytes], advance: Callable[[int], None]) -> None:
        """Give it all of ``source``; ``advance`` gets the number of bytes so far."""
        assert self._process.stdin is not None
        done = 0
        try:
            while chunk := source.read(CHUNK):
                self._process.stdin.write(chunk)
                advance(done := done + len(chunk))
            self._process.stdin.close()
        except BrokenPipeError:
            # It has ended; whether well and what it said is asked for afterwards.
            pass

    def ended_well(self) -> bool:
        code = self._process.wait()
        self._listening.join()
        return code == 0

    def _listen(self) -> None:
        assert self._process.stderr is not None
        for raw in self._process.stderr:
            line = raw.decode(errors="replace").rstrip()
            self.lines = [*self.lines[1 - _KEPT :], line]
            self._heard(line)


@contextmanager
def child(
    program: str, options: Sequence[str], session: dict[str, str], heard: Callable[[str], None] = lambda line: None
) -> Iterator[Child]:
    """Run a program of PostgreSQL for the block with pipes on all sides; ``heard`` gets each line it reports."""
    pipe = subprocess.PIPE
    command = Command(program, [str(program_path(program)), *options], env=session)
    process = subprocess.Popen(command.argv, stdin=pipe, stdout=pipe, stderr=pipe, **popen_arguments(command))
    try:
        yield Child(process, heard)
    finally:
        process.kill()
        process.wait()


def session_of(dsn: str) -> dict[str, str]:
    """The environment of a program that works on this database; a password on a command line could be read by all."""
    from psycopg.conninfo import conninfo_to_dict

    known = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}
    stated = {known[name]: str(value) for name, value in conninfo_to_dict(dsn).items() if name in known}
    # Nothing of the terminal's own libpq settings; and messages in the language that is read here.
    return {**stated, "PGSSLMODE": "disable", "PGOPTIONS": "", "LC_ALL": "C"}
