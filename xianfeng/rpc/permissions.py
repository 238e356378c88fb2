"""Which role may call which method: data, `roles.toml` of each service. What is not in the table is refused."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

from google.protobuf.descriptor import ServiceDescriptor

from xianfeng.refusal import Refused
from xianfeng.rpc.caller import Principal
from xianfeng.words import say

__all__ = ["OPEN", "Permissions", "methods_of"]

ANYONE = "*"
OPEN = frozenset(
    {"/grpc.health.v1.Health/Check", "/grpc.health.v1.Health/Watch", "/xianfeng.registry.v1.Accounts/Login"}
)
_REFLECTION = "/grpc.reflection."


class Permissions:
    """Method (`/package.Service/Method`) → roles. The role `*` stands for everybody who has a token."""

    def __init__(self, table: Mapping[str, frozenset[str]]) -> None:
        self.table = dict(table)

    @classmethod
    def load(cls, *paths: Path) -> Permissions:
        """Read tables `["package.Service"]` of lines `Method = ["role", …]`.

        Raises ValueError naming file, service and method when a line is no list of roles or stands twice.
        """
        table: dict[str, frozenset[str]] = {}
        for path in paths:
            for service, lines in tomllib.loads(path.read_text(encoding="utf-8")).items():
                for method, roles in _lines(path, service, lines).items():
                    full = f"/{service}/{method}"
                    if full in table:
                        raise ValueError(f"{path.name}: {full} stands twice in the tables of roles")
                    table[full] = _roles(path, full, roles)
        return cls(table)

    def may(self, principal: Principal, method: str) -> bool:
        roles = self.table.get(method, frozenset())
        return principal.role in roles or ANYONE in roles or method.startswith(_REFLECTION)

    def check(self, principal: Principal, method: str) -> None:
        """Raises Refused (denied) when this role may not call the method."""
        if not self.may(principal, method):
            text = {part: say(f"rpc.role-denied.{part}") for part in ("message", "rule", "remedy")}
            raise Refused(text["message"], kind="denied", reason="role", rule=text["rule"], remedy=text["remedy"])

    def missing(self, methods: Iterable[str]) -> list[str]:
        """Those of the methods that nobody may call, because no line names them."""
        return sorted(method for method in methods if method not in self.table and method not in OPEN)


def methods_of(*services: ServiceDescriptor) -> list[str]:
    """The full names of all methods of these services."""
    return [f"/{service.full_name}/{method.name}" for service in services for method in service.methods]


def _lines(path: Path, service: str, lines: object) -> Mapping[str, object]:
    if not isinstance(lines, dict):
        raise ValueError(f"{path.name}: {service} must be a table of methods")
    return lines


def _roles(path: Path, method: str, roles: object) -> frozenset[str]:
    if not isinstance(roles, list) or not roles or not all(isinstance(role, str) for role in roles):
        raise ValueError(f"{path.name}: {method} must have a list of roles, at least one")
    return frozenset(roles)
