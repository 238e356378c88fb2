"""The committed documents are those of the models, and an event's bytes are a CloudEvent to the official SDK."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from services.published import DOCUMENTS, PUBLISHED
from services.registry.events.enterprise import EnterpriseMembersCounted
from xianfeng.clock import ManualClock
from xianfeng.event import Act, Event, acting


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_committed_document_is_the_generated_one(name: str) -> None:
    assert Path(name).read_text(encoding="utf-8") == DOCUMENTS[name], "run `make docs`"


def test_every_type_is_published_once() -> None:
    types = [kind for service in PUBLISHED for kind in service.catalogue.models]
    assert len(types) == len(set(types))
    document = json.loads(DOCUMENTS["docs/asyncapi.json"])
    assert set(types) == set(document["components"]["messages"])


def test_the_official_sdk_reads_the_bytes() -> None:
    clock = ManualClock(datetime(2021, 7, 8, 1, 2, 3, 45, UTC))
    with acting(Act("acc-1", "run-1", "cause-1", date(2021, 7, 1))):
        event = Event.make("ent-1", 7, EnterpriseMembersCounted(formal=3), source="/registry", clock=clock)
    read = JSONFormat().read(CloudEvent, event.raw)
    assert (read.get_id(), read.get_type(), read.get_subject()) == (event.id, event.type, "ent-1")
    assert read.get_time() == clock.now()
    assert read.get_extension("subjectversion") == 7
    assert read.get_extension("effective") == "2021-07-01"
    assert read.get_extension("correlationid") == "run-1"
    assert read.get_data() == {"formal": 3, "source": "community_verified"}
