"""What the bus still has, compared with what it had acknowledged: decides from where the relay sends again."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from xianfeng.bus.headers import chain_of
from xianfeng.bus.relay_log import Lane, RelayLog, Saved

__all__ = ["Course", "compare", "ends"]

_ANSWER = 10.0
_BACKWARDS = 50


@dataclass
class Course:
    """From where to read the log on, what each lane has already, and the chain's tails at that point."""

    position: int
    sent: dict[Lane, int]
    tails: dict[Lane, int]
    next_offset: dict[Lane, int] = field(default_factory=dict)


async def ends(consumer: AIOKafkaConsumer, lanes: Iterable[Lane]) -> dict[Lane, int]:
    """The offset that the next record of each lane will get. Raises KafkaError or TimeoutError."""
    async with asyncio.timeout(_ANSWER):
        found = await consumer.end_offsets([TopicPartition(*lane) for lane in lanes])
    return {Lane(partition.topic, partition.partition): end for partition, end in found.items()}


async def compare(
    consumer: AIOKafkaConsumer, log: RelayLog, lanes: Iterable[Lane], saved: Mapping[Lane, Saved]
) -> Course:
    """Read the last true record of every lane and find the lowest point from which something is missing."""
    offsets = await ends(consumer, lanes)
    known = {lane: saved.get(lane, Saved()) for lane in offsets}
    sent = {
        # Fewer records than were acknowledged: the topic was made anew, and whatever it holds now is no chain.
        lane: 0 if end < known[lane].next_offset else await _last_true(consumer, log, lane, end)
        for lane, end in offsets.items()
    }
    position = max((entry.tail for entry in known.values()), default=0)
    lost = [sent[lane] for lane, entry in known.items() if sent[lane] < entry.tail]
    start = min([position, *lost])
    return Course(start, sent, await log.tails_at(start, offsets), offsets)


async def _last_true(consumer: AIOKafkaConsumer, log: RelayLog, lane: Lane, end: int) -> int:
    """The position of the last record that the log has too; anybody may have written behind it."""
    upper = end
    while upper > 0:
        lower = max(0, upper - _BACKWARDS)
        for record in reversed(await _records(consumer, lane, lower, upper)):
            chain = chain_of(record.headers)
            line = await log.at(chain[0]) if chain else None
            if line is not None and line.lane == lane and line.raw == record.value:
                return line.position
        upper = lower
    return 0


async def _records(consumer: AIOKafkaConsumer, lane: Lane, lower: int, upper: int) -> list[ConsumerRecord]:
    """The records of a lane with lower ≤ offset < upper."""
    partition = TopicPartition(*lane)
    consumer.assign([partition])
    consumer.seek(partition, lower)
    found: list[ConsumerRecord] = []
    reached = lower
    async with asyncio.timeout(_ANSWER):
        while reached < upper:
            for record in (await consumer.getmany(partition, timeout_ms=200)).get(partition, []):
                found.append(record)
                reached = record.offset + 1
    return [record for record in found if record.offset < upper]
