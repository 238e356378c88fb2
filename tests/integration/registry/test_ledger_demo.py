"""Export → import without a change makes no event, for every unit of a demonstration."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from services.registry.cli.ledger_calls import Meant, apply, check, export
from services.registry.demo.filling import fill
from services.registry.demo.plan import Plan
from services.registry.first_fill import fill_units
from services.registry.holders import Holders
from services.registry.ledger.file import read_ledger
from services.registry.ledger.review import Review
from services.registry.ledger.workbook import write_ledger
from services.registry.server import prepare_schema
from tests.integration.registry.filling import Directory
from tests.integration.registry.running import NATION, RunningRegistry
from xianfeng.rpc.caller import Principal


@pytest.fixture(scope="module")
def province(postgres_dsn: str) -> Iterator[RunningRegistry]:
    """The real units, and a small demonstration among them."""
    running = RunningRegistry(postgres_dsn)
    prepare_schema(postgres_dsn)
    with psycopg.connect(postgres_dsn, autocommit=True) as connection:
        fill_units(connection, running.clock)
        plan = Plan(7, 30, 40, running.clock.today() - timedelta(days=1))
        fill(connection, plan, Holders(b"h" * 32), running.clock)
    running.start()
    directory = Directory(postgres_dsn, running.clock.today())
    before = -1
    while before != directory.position:
        before = directory.position
        directory.fill(running.clock.today())
    yield running
    directory.connection.close()
    running.stop()


def units_with_enterprises(registry: RunningRegistry) -> list[str]:
    """Every unit with an enterprise at or under it, from the province down."""
    homes = {row[0] for row in registry.rows("select distinct unit from directory_b1 where kind = 'enterprise'")}
    tree = registry.server.units.tree.on(registry.clock.today())
    return [unit for unit in tree if unit in homes or any(tree.lies_under(home, unit) for home in homes)]


def round_trip(channel: Any, unit: str, path: Path) -> Review:
    found = export(channel, unit)
    write_ledger(path, found.path, found.day, found.rows, demonstration=found.demonstration)
    review = Review(read_ledger(path, None))
    assert len(review.file.statements) == len(found.rows) > 0
    meant = Meant(unit, "", review.file.hash, "")
    review.take(check(channel, meant, review.to_check, lambda _: None))
    review.take(apply(channel, meant, review.file.statements, lambda _: None))
    return review


def test_no_event_for_any_unit(province: RunningRegistry, tmp_path: Path) -> None:
    channel = province.channel(Principal("system:office", "administrator", NATION))
    before = province.rows("select max(notification_id) from registry_events")
    units = units_with_enterprises(province)
    assert len(units) > 20
    for unit in units:
        review = round_trip(channel, unit, tmp_path / "台账.xlsx")
        assert (review.changing, review.rejected, review.to_check) == ([], [], []), unit
    assert province.rows("select max(notification_id) from registry_events") == before
