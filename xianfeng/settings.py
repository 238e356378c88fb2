"""Everything a process needs to know of its installation, from the environment and the data directory."""

from __future__ import annotations

import base64
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from xianfeng.failure import StartFailure
from xianfeng.runtime.installation import Installation, Secrets, open_installation
from xianfeng.words import say

__all__ = ["SERVICES", "Settings"]

SERVICES = ("registry", "coverage", "console")
DATABASE = "xianfeng"


@dataclass(frozen=True)
class Settings:
    """One installation's settings. ``database_url`` and ``kafka_servers`` are None when the embedded servers run."""

    data_dir: Path
    host: str
    root_unit: str | None
    clock: str
    database_url: str | None
    kafka_servers: tuple[str, ...] | None
    assets_dir: Path
    installation: Installation
    secrets: Secrets
    port_overrides: Mapping[str, int]
    services: tuple[str, ...] = SERVICES

    @classmethod
    def load(cls, environ: Mapping[str, str] = os.environ, *, create: bool = True) -> Settings:
        """Read the settings; a new data directory gets its ports and secrets here unless ``create`` is False.

        Raises StartFailure with a sentence for the user.
        """
        data_dir = Path(environ.get("XIANFENG_DATA_DIR") or ".xianfeng").absolute()
        wanted_root = environ.get("XIANFENG_ROOT_UNIT") or None
        installation, secrets = open_installation(data_dir, wanted_root, create=create)
        servers = environ.get("XIANFENG_KAFKA_BOOTSTRAP", "")
        return cls(
            data_dir=data_dir,
            host=environ.get("XIANFENG_HOST") or "127.0.0.1",
            root_unit=wanted_root or installation.root_unit,
            clock=environ.get("XIANFENG_CLOCK", ""),
            database_url=environ.get("XIANFENG_DATABASE_URL") or None,
            kafka_servers=tuple(s.strip() for s in servers.split(",") if s.strip()) or None,
            assets_dir=share_dir() / "assets",
            installation=installation,
            secrets=secrets,
            port_overrides=_port_overrides(environ, installation),
        )

    def port(self, name: str) -> int:
        """Return the port of postgres, kafka, kafka_controller or a service."""
        return self.port_overrides.get(name) or self.installation.ports[name]

    def address(self, service: str) -> str:
        """Return ``host:port`` of a service: gRPC of registry and coverage, HTTP of console."""
        return f"{self.host}:{self.port(service)}"

    @property
    def kafka_bootstrap(self) -> list[str]:
        return list(self.kafka_servers or (f"127.0.0.1:{self.port('kafka')}",))

    def dsn(self, role: str) -> str:
        """Return the libpq conninfo of ``registry``, ``coverage``, ``console`` or ``postgres`` (administration)."""
        if role == "postgres":
            return self.database_url or _conninfo({**self._server(), **self._login("postgres")})
        if role not in self.secrets.passwords:
            raise KeyError(f"no PostgreSQL role {role!r}: one of {sorted(self.secrets.passwords)}")
        options = {"options": f"-c search_path={role}", "application_name": f"xianfeng-{role}"}
        return _conninfo({**self._server(), **self._login(role), **options})

    def _server(self) -> dict[str, str]:
        if self.database_url is None:
            return {"host": "127.0.0.1", "port": str(self.port("postgres")), "dbname": DATABASE}
        # Only here: the command line starts quicker without psycopg.
        from psycopg.conninfo import conninfo_to_dict

        return {k: str(v) for k, v in conninfo_to_dict(self.database_url).items() if v is not None}

    def _login(self, role: str) -> dict[str, str]:
        return {"user": role, "password": self.secrets.passwords[role]}

    @property
    def signing_key(self) -> bytes:
        """32 bytes that sign tokens and cookies."""
        return base64.b64decode(self.secrets.signing_key)

    @property
    def holder_key(self) -> bytes:
        """32 bytes that encrypt the holders' names and telephones."""
        return base64.b64decode(self.secrets.holder_key)

    @property
    def administrator_key(self) -> bytes:
        """32 bytes that prove the owner of the data directory to the services."""
        return base64.b64decode(self.secrets.administrator_key)

    @property
    def logs_dir(self) -> Path:
        return self.data_dir / "logs"


def share_dir() -> Path:
    """Return where set-up put Kafka's jars and the web assets."""
    return Path(sys.prefix) / "share" / "xianfeng"


def _port_overrides(environ: Mapping[str, str], installation: Installation) -> dict[str, int]:
    given = {name: environ.get(f"XIANFENG_PORT_{name.upper()}", "") for name in installation.ports}
    for name, text in given.items():
        if text and not (text.isdecimal() and 0 < int(text) < 65_536):
            raise StartFailure(say("runtime.bad-port", name=f"XIANFENG_PORT_{name.upper()}", value=text))
    return {name: int(text) for name, text in given.items() if text}


def _conninfo(parameters: Mapping[str, str]) -> str:
    def quoted(value: str) -> str:
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"

    return " ".join(f"{name}={quoted(value)}" for name, value in parameters.items())
