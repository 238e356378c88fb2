"""A database cluster made from a dump, by a server that runs only for this."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import psycopg

from xianfeng.backup.faults import said_by
from xianfeng.backup.programs import child, session_of
from xianfeng.backup.reading import Progress
from xianfeng.backup.snapshot import count_rows
from xianfeng.failure import StartFailure
from xianfeng.runtime.diagnosis import explain_exit
from xianfeng.runtime.postgres import PROVISIONED, answers, create_cluster, provision, server_command
from xianfeng.runtime.process import popen_arguments
from xianfeng.settings import DATABASE, Settings
from xianfeng.words import say

__all__ = ["load"]

# One transaction makes and fills the tables: without a standby to feed, their rows need no journal.
_OPTIONS = {"wal_level": "minimal", "max_wal_senders": "0", "maintenance_work_mem": "256MB", "autovacuum": "off"}
_START_LIMIT, _STOP_LIMIT = 60.0, 300.0


def load(settings: Settings, dump: IO[bytes], size: int, rows: Mapping[str, int], progress: Progress) -> None:
    """Make the cluster of ``settings`` and fill it from a dump of ``size`` bytes; each table must hold ``rows``.

    Raises StartFailure; psycopg.Error when the server itself refuses.
    """
    data, port = settings.data_dir / "postgres", settings.port("postgres")
    progress(0.0, "backup.step-loading")
    create_cluster(data, settings.secrets.passwords["postgres"])
    with _serving(data, port, settings.data_dir / "restore.log"):
        provision(settings)
        _fill(settings, dump, size, progress)
        progress(1.0, "backup.step-comparing")
        with psycopg.connect(settings.dsn("postgres"), autocommit=True) as connection:
            _compare(count_rows(connection, rows), rows)
            connection.execute("analyze")
    (data / PROVISIONED).touch()


@contextmanager
def _serving(data: Path, port: int, log: Path) -> Iterator[None]:
    """Run the server for the block; what it holds is safely on the disk when the block has ended well."""
    command = server_command(data, port, _OPTIONS)
    with log.open("wb") as output:
        process = subprocess.Popen(
            command.argv, stdin=subprocess.DEVNULL, stdout=output, stderr=output, **popen_arguments(command)
        )
    try:
        _until_it_answers(process, port, log)
        yield
        process.send_signal(command.stop)
        if process.wait(_STOP_LIMIT) != 0:
            raise StartFailure(explain_exit("postgres", {"code": process.returncode}, log))
    finally:
        if process.poll() is None:
            process.send_signal(command.orphan)
            process.wait(_START_LIMIT)


def _until_it_answers(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + _START_LIMIT
    while not answers(port):
        if process.poll() is not None or time.monotonic() > deadline:
            raise StartFailure(explain_exit("postgres", {"code": process.poll()}, log))
        time.sleep(0.05)


def _fill(settings: Settings, dump: IO[bytes], size: int, progress: Progress) -> None:
    # Provisioning made empty schemas; the dump brings its own, with their owners and rights.
    options = [f"--dbname={DATABASE}", "--clean", "--if-exists", "--single-transaction", "--no-password"]
    with child("pg_restore", options, session_of(settings.dsn("postgres"))) as program:
        program.feed(dump, lambda done: progress(done / (size or 1), "backup.step-loading"))
        if not program.ended_well():
            raise said_by("pg_restore", program.lines, settings.data_dir)


def _compare(found: Mapping[str, int], wanted: Mapping[str, int]) -> None:
    other = [name for name in wanted if found[name] != wanted[name]]
    if other:
        told = "、".join(f"{name} {found[name]}/{wanted[name]}" for name in other[:5])
        raise StartFailure(say("backup.other-rows", tables=told))
