"""Writes the recordings that are missing, and leaves those that are there alone: `python -m tests.histories.record`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from tests.histories.folding import RECORDED, load, state_of
from tests.histories.lives import LIVES
from xianfeng.clock import ManualClock
from xianfeng.event import Act, Data, Event, acting

__all__ = ["events_of", "missing", "record"]

_BEGIN = datetime(2023, 12, 1, 1, 0, tzinfo=UTC)


def missing() -> list[Path]:
    """Recordings, and states they fold to, that were never written down."""
    wanted = [RECORDED / f"{name}{suffix}" for name in LIVES for suffix in (".jsonl", ".state.json")]
    return [path for path in wanted if not path.exists()]


def record(path: Path) -> None:
    """Write the events of a life, or the state that its recorded events fold to today."""
    name = path.name.partition(".")[0]
    if path.suffix == ".jsonl":
        lines = b"".join(event.raw + b"\n" for event in events_of(*LIVES[name]))
    else:
        state = state_of(load(RECORDED / f"{name}.jsonl"))
        lines = (json.dumps(state, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
    with path.open("xb") as out:
        out.write(lines)


def events_of(subject: str, facts: Sequence[tuple[date, Data]]) -> list[Event]:
    """The events of a life, each recorded on 2023-12-01."""
    clock, events = ManualClock(_BEGIN), []
    for version, (day, data) in enumerate(facts, start=1):
        act = Act(actor="acc-recorder", correlation=f"recorded-{version}", effective=day)
        with acting(act):
            events.append(
                Event.make(
                    subject,
                    version,
                    data,
                    source="/coverage" if data.TYPE.startswith("coverage.") else "/registry",
                    clock=clock,
                )
            )
    return events


if __name__ == "__main__":
    RECORDED.mkdir(exist_ok=True)
    for wanted in missing():
        record(wanted)
