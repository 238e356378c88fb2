"""The live feed against the worst of sources: repeats, disorder, silence, a hundred broken connections, a lost memory,
and registry killed three times meanwhile."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from proto.xianfeng.registry.v1 import feed_pb2 as pb
from proto.xianfeng.registry.v1.feed_pb2_grpc import RegistryFeedStub
from services.registry.events import CATALOGUE
from services.registry.queries.reading import fold
from tests.e2e.office import Office
from tests.fixtures.installation import PROJECT, Installation
from tests.fixtures.registry_source import BREAKS, World
from tests.fixtures.servers import free_port, wait_until

SEED, SOURCE = 2026, "henan-samr"
LIMIT = 240.0
WORDS = {
    "存续（在营、开业、在册）": "active", "在业": "active", "开业": "active", "正常": "active", "存续": "active",
    "停业": "suspended", "吊销，未注销": "revoked",
}  # fmt: skip


@pytest.fixture(scope="module")
def own_installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation whose registry only this module kills."""
    with Installation(tmp_path_factory.mktemp("live")) as installation:
        yield installation


@pytest.fixture(scope="module")
def source_url() -> Iterator[str]:
    """The badly behaved source, a process of its own."""
    port = free_port()
    argv = [sys.executable, "-m", "tests.fixtures.registry_source", str(port), str(SEED)]
    process = subprocess.Popen(argv, cwd=PROJECT)
    url = f"http://127.0.0.1:{port}"
    wait_until(lambda: process.poll() is not None or _truth(url) is not None, "start of the source")
    yield url
    process.kill()
    process.wait()


def _truth(url: str) -> dict[str, Any] | None:
    try:
        with urlopen(f"{url}/truth", timeout=5) as answer:
            return dict(json.load(answer))
    except OSError:
        return None


def _cursor(office: Office) -> int:
    return int(RegistryFeedStub(office.registry).Cursor(pb.CursorRequest(source=SOURCE), timeout=5).cursor)


def test_the_state_equals_the_sources(own_installation: Installation, source_url: str, tmp_path: Path) -> None:
    last = World(SEED).last
    argv = [sys.executable, "-m", "xianfeng.cli.app", "registry", "follow", source_url, "--source", SOURCE]
    with (tmp_path / "follow.log").open("wb") as log:
        adapter = subprocess.Popen(
            [*argv, "--silence", "1"], cwd=PROJECT, env=own_installation.environ, stdout=log, stderr=log
        )
    office = Office(own_installation.settings)
    try:
        for part in (1, 2, 3):
            office.until(lambda part=part: _cursor(office) > last * part // 4, "progress of the feed", LIMIT)
            own_installation.kill9("registry")
            own_installation.until_back("registry")
        office.until(lambda: _cursor(office) >= last, "end of the feed", LIMIT)
        assert adapter.poll() is None, (tmp_path / "follow.log").read_text()
    finally:
        adapter.kill()
        adapter.wait()
    # Once more, from another adapter, to its end: nothing is new.
    before = sum(1 for _ in office.log("registry"))
    again = own_installation.cli("registry", "follow", source_url, "--source", SOURCE, "--once", "--json")
    assert json.loads(again.stdout)["events"] == 0
    assert sum(1 for _ in office.log("registry")) == before
    told = _truth(source_url)
    assert told is not None
    done = told["done"]
    assert done["cut"] + done["stalled"] >= BREAKS
    assert min(done[name] for name in ("stalled", "repeated", "reordered", "forgot", "snapshot")) > 0
    _equal(office, told["truth"])
    office.close()


def _equal(office: Office, truth: dict[str, Any]) -> None:
    """Registry's enterprises say what the source's records say, and no event says what was said before it."""
    histories: dict[str, list[Any]] = {}
    for recorded in office.log("registry"):
        event = CATALOGUE.load(recorded.event)
        if event.type.startswith("enterprise."):
            histories.setdefault(event.originator_id, []).append(event)
            assert "不应读取" not in recorded.event.decode()
            assert "13800000000" not in recorded.event.decode()
    enterprises = {found.code: found for found in (fold(events, "") for events in histories.values())}
    assert enterprises.keys() == truth.keys()
    day = max(event.effective for events in histories.values() for event in events)
    for code, said in truth.items():
        view = enterprises[code].view(day)
        if isinstance(said, str):
            assert view["registry_status"] == "deregistered", code
            continue
        assert view["registry_status"] == WORDS[said["登记状态"]], code
        assert (view["name"], view["address"], view["authority"]) == (
            said["企业名称"], said["住所"], said["登记机关"],
        ), code  # fmt: skip
    for events in histories.values():
        ids = Counter(event.id for event in events)
        assert max(ids.values()) == 1
        last_said: dict[str, Any] = {}
        for event in events:
            assert last_said.get(event.type) != event.data, (event.type, event.originator_id)
            last_said[event.type] = event.data
    derived = sum(event.causation.startswith("snapshot/") for events in histories.values() for event in events)
    assert derived > 0
