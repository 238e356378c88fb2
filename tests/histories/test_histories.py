"""Whatever was published once still loads, and still means the same."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from tests.histories.folding import CATALOGUES, RECORDED, load, state_of
from tests.histories.record import missing
from xianfeng.event import decode_head

RECORDINGS = sorted(RECORDED.glob("*.jsonl"))


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)
def test_a_recording_folds_to_its_recorded_state(path: Path) -> None:
    recorded = json.loads(path.with_suffix(".state.json").read_text(encoding="utf-8"))
    assert state_of(load(path)) == recorded


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)
def test_loading_leaves_the_bytes_as_they_are(path: Path) -> None:
    lines = path.read_bytes().splitlines()
    assert [event.raw for event in load(path)] == lines
    assert all(msgspec.json.encode(msgspec.json.decode(line)) == line for line in lines)


def test_every_published_type_occurs_in_a_recording() -> None:
    told = {decode_head(line).type for path in RECORDINGS for line in path.read_bytes().splitlines()}
    published = {name for catalogue in CATALOGUES for name in (*catalogue.models, *catalogue.upcasters)}
    assert published == told


def test_every_life_was_written_down() -> None:
    assert not missing(), "run: python -m tests.histories.record"
