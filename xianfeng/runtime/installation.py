"""The two files that make a directory an installation: ``installation.json`` and ``secrets.json``, both 0600."""

from __future__ import annotations

import base64
import errno
import fcntl
import json
import os
import random
import secrets
import socket
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from xianfeng.failure import StartFailure
from xianfeng.words import say

__all__ = [
    "FORMAT", "PORT_NAMES", "ROLES", "Installation", "Secrets", "keep_free_ports", "open_installation", "write_private",
]  # fmt: skip

FORMAT = 1
PORT_NAMES = ("postgres", "kafka", "kafka_controller", "registry", "coverage", "console")
ROLES = ("registry", "coverage", "console")
# Below the range that Linux gives to outgoing connections, so that a port kept in a file stays free over a restart.
PORT_RANGE = range(20_000, 32_000)
PREFERRED = {"console": 8600}


@dataclass(frozen=True)
class Installation:
    """What was chosen at the first start and is kept: ports by name, Kafka's cluster id, the root unit's code."""

    format: int
    cluster_id: str
    ports: Mapping[str, int]
    root_unit: str | None


@dataclass(frozen=True)
class Secrets:
    """Passwords by PostgreSQL role, and three keys of 32 random bytes, base64."""

    format: int
    passwords: Mapping[str, str]
    signing_key: str
    holder_key: str
    administrator_key: str


def open_installation(data_dir: Path, root_unit: str | None, *, create: bool) -> tuple[Installation, Secrets]:
    """Read both files; make them first when ``create`` is set and they are missing.

    Raises StartFailure when the directory cannot be used, belongs to another version, or is not an installation.
    """
    try:
        if create:
            _create_missing(data_dir, root_unit)
        return (
            Installation(**_read(data_dir / "installation.json")),
            Secrets(**_read(data_dir / "secrets.json")),
        )
    except FileNotFoundError as missing:
        raise StartFailure(say("runtime.not-installed", data_dir=data_dir)) from missing
    except OSError as refused:
        raise StartFailure(_why_unusable(data_dir, refused)) from refused


def keep_free_ports(data_dir: Path) -> None:
    """Give an installation that came from elsewhere ports of its own when one of its ports is in use here."""
    found = _read(data_dir / "installation.json")
    if not all(_is_free(port) for port in found["ports"].values()):
        write_private(data_dir / "installation.json", json.dumps({**found, "ports": _free_ports()}, indent=2))


def write_private(path: Path, content: str, *, durable: bool = True) -> None:
    """Replace a file atomically; it is never readable by others and never half-written."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(content)
        if durable:
            file.flush()
            os.fsync(descriptor)
    fresh.replace(path)


def _create_missing(data_dir: Path, root_unit: str | None) -> None:
    if (data_dir / "installation.json").exists() and (data_dir / "secrets.json").exists():
        return
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _alone(data_dir):
        # A secret that was lost cannot be made again (the cluster keeps its passwords): only a new directory gets one.
        if not (data_dir / "installation.json").exists():
            write_private(data_dir / "secrets.json", json.dumps(asdict(_new_secrets()), indent=2))
            write_private(data_dir / "installation.json", json.dumps(asdict(_new_installation(root_unit)), indent=2))


@contextmanager
def _alone(data_dir: Path) -> Iterator[None]:
    with (data_dir / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        found = content["format"]
    except (ValueError, KeyError, TypeError) as broken:
        raise StartFailure(say("runtime.broken-file", path=path)) from broken
    if found != FORMAT:
        raise StartFailure(say("runtime.other-format", data_dir=path.parent, found=found, expected=FORMAT))
    return dict(content)


def _new_installation(root_unit: str | None) -> Installation:
    cluster_id = base64.urlsafe_b64encode(uuid.uuid4().bytes).rstrip(b"=").decode()
    # Kafka reads a leading dash as an option of its format tool.
    return Installation(FORMAT, cluster_id.replace("-", "x"), _free_ports(), root_unit)


def _new_secrets() -> Secrets:
    def key() -> str:
        return base64.b64encode(secrets.token_bytes(32)).decode()

    return Secrets(FORMAT, {r: secrets.token_urlsafe(24) for r in ("postgres", *ROLES)}, key(), key(), key())


def _free_ports() -> dict[str, int]:
    chosen: dict[str, int] = {}
    for name in PORT_NAMES:
        candidates = [PREFERRED[name]] if name in PREFERRED else []
        candidates += random.sample(PORT_RANGE, 200)
        chosen[name] = next(p for p in candidates if p not in chosen.values() and _is_free(p))
    return chosen


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _why_unusable(data_dir: Path, refused: OSError) -> str:
    if refused.errno in (errno.ENOSPC, errno.EDQUOT):
        return say("runtime.disk-full", path=data_dir)
    return say("runtime.data-dir-refused", data_dir=data_dir, reason=refused.strerror or refused)
