"""What follows from an event: a command, with an id made of the event's, so that a repeat does nothing new."""

from __future__ import annotations

from typing import Any

import structlog

from services.registry.application import Application
from services.registry.events.enterprise import EnterpriseRegistryStatusChanged
from xianfeng.event import Event, derived_id
from xianfeng.refusal import Refused
from xianfeng.rpc.caller import SERVICE, Principal

__all__ = ["ACTOR", "POLICY_TYPES", "commands_after", "follow"]

ACTOR = Principal("system:registry", SERVICE)
POLICY_TYPES = frozenset({EnterpriseRegistryStatusChanged.TYPE})
_log = structlog.get_logger("xianfeng.registry")


def commands_after(event: Event) -> list[tuple[str, dict[str, Any]]]:
    """The commands that follow, as name and fields: an enterprise that is deregistered frees its advisers."""
    data = event.data
    if isinstance(data, EnterpriseRegistryStatusChanged) and data.registry_status == "deregistered":
        meta = {"command_id": derived_id("free-advisers", event.id), "effective": event.effective.isoformat()}
        return [("FreeAdvisers", {"meta": meta, "enterprise": event.originator_id})]
    return []


async def follow(application: Application, event: Event) -> None:
    """Send what follows from this event, in its run of causes. Raises Refused while the store is away."""
    for name, fields in commands_after(event):
        try:
            await application.run(name, fields, ACTOR, correlation=event.correlation, causation=event.id)
        except Refused as refusal:
            if refusal.kind == "unavailable":
                raise
            # A rule forbids it meanwhile (the record was merged): it will not be allowed later either.
            _log.warning("policy-refused", command=name, event_id=event.id, reason=refusal.reason)
