"""What registry sends to the bus: units on a topic that everybody reads whole, the rest by subject."""

from __future__ import annotations

from services.registry.events import TOPIC, UNIT_TYPES, UNITS_TOPIC
from xianfeng.bus.topics import Topic

__all__ = ["TOPICS", "topic_of"]

_REGISTRY = Topic(TOPIC)
_UNITS = Topic(UNITS_TOPIC, partitions=1)
TOPICS = (_REGISTRY, _UNITS)


def topic_of(event_type: str) -> Topic:
    return _UNITS if event_type in UNIT_TYPES else _REGISTRY
