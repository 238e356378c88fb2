"""Records that nobody of ours wrote, straight on the topic: counted, shown, and in nobody's way."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from aiokafka import AIOKafkaProducer

from services.registry.events import TOPIC
from tests.e2e.office import MovedClock, Office
from tests.fixtures.installation import Installation

POISON: dict[str, tuple[bytes | None, list[tuple[str, bytes]]]] = {
    "broken JSON": (b'{"specversion":"1.0","id":', []),
    "unknown type": (
        b'{"specversion":"1.0","id":"0","source":"/x","type":"enterprise.dreamt.v1","subject":"ent-0","time":"t",'
        b'"subjectversion":1,"effective":"2026-01-01","actor":"a","data":{}}',
        [],
    ),
    "header that is not UTF-8": (b"{}", [("position", b"\xff\xfe"), ("after", b"\xff")]),
    "tombstone": (None, []),
}


async def put(installation: Installation, value: bytes | None, headers: list[tuple[str, bytes]]) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=installation.settings.kafka_bootstrap)
    await producer.start()
    try:
        for partition in (0, 7):
            await producer.send_and_wait(TOPIC, value, key=b"ent-0", headers=headers, partition=partition)
    finally:
        await producer.stop()


def letters(office: Office) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = office.operate("coverage", "ListDeadLetters", limit=100)["dead_letters"]
    return found


@pytest.mark.alone
@pytest.mark.parametrize("kind", POISON)
async def test_foreign_records_are_kept_aside(
    kind: str, office: Office, installation: Installation, new_codes: Iterator[str], clock: MovedClock
) -> None:
    office.settle()
    before = {letter["id"] for letter in letters(office)}
    figures = office.ask("Figures")["figures"]
    await put(installation, *POISON[kind])
    began = time.monotonic()
    code = next(new_codes)
    office.do("RegisterEnterprise", code=code, name="照常物业服务有限公司", unit="410802")
    office.until(lambda: shown(office, code), "the others are current", 10)
    assert time.monotonic() - began < 3, "the others did not wait"
    office.until(lambda: len({x["id"] for x in letters(office)} - before) == 2, "both records are listed", 10)
    assert int(office.ask("Figures")["figures"]["registered"]) == int(figures["registered"]) + 1
    for letter in [x for x in letters(office) if x["id"] not in before]:
        assert letter["reason"] == "foreign"
        assert not {"payload", "value", "data"} & set(letter)
        assert office.operate("coverage", "ReplayDeadLetter", id=letter["id"])["outcome"] == "foreign"
        assert office.operate("coverage", "DiscardDeadLetter", id=letter["id"])["outcome"] == "discarded"
    assert {letter["id"] for letter in letters(office)} == before


def shown(office: Office, code: str) -> bool:
    try:
        return bool(office.ask("Explain", enterprise=code)["row"]["status"])
    except grpc.RpcError as missing:
        assert missing.code() == grpc.StatusCode.NOT_FOUND
        return False
