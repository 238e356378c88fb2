"""Registry's published language: every event it records. The one module of registry that other services import."""

from __future__ import annotations

from services.registry.events import enterprise, organisation, project, report, unit
from services.registry.events.unit import ACCOUNT_TYPES, UNIT_TYPES
from xianfeng.event import Catalogue

__all__ = ["ACCOUNT_TYPES", "CATALOGUE", "SOURCE", "TOPIC", "UNITS_TOPIC", "UNIT_TYPES", "topic_of"]

SOURCE = "/registry"
TOPIC = "xianfeng.registry.v1"
UNITS_TOPIC = "xianfeng.units.v1"

CATALOGUE = Catalogue((*enterprise.EVENTS, *organisation.EVENTS, *project.EVENTS, *unit.EVENTS, *report.EVENTS))


def topic_of(kind: str) -> str:
    """The topic of an event's type: units go to one that everybody reads whole, the rest by subject."""
    return UNITS_TOPIC if kind in UNIT_TYPES else TOPIC
