"""Registry's published language: every event it records. The one module of registry that other services import."""

from __future__ import annotations

from services.registry.events import enterprise, organisation, project, report, unit
from services.registry.events.unit import UNIT_TYPES
from xianfeng.event import Catalogue

__all__ = ["CATALOGUE", "SOURCE", "TOPIC", "UNITS_TOPIC", "UNIT_TYPES"]

SOURCE = "/registry"
TOPIC = "xianfeng.registry.v1"
UNITS_TOPIC = "xianfeng.units.v1"

CATALOGUE = Catalogue((*enterprise.EVENTS, *organisation.EVENTS, *project.EVENTS, *unit.EVENTS, *report.EVENTS))
