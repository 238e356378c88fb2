"""Migration files and the cache: what needs no database."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.store.counter import Counter
from xianfeng.store import MIGRATIONS
from xianfeng.store.cache import AggregateCache
from xianfeng.store.migrate import migrations


def test_a_migration_is_named_by_its_room_and_number() -> None:
    assert [migration.name for migration in migrations(MIGRATIONS)] == ["store/0001_event_store.sql"]


@pytest.mark.parametrize("names", [["1_short.sql"], ["0001_a.sql", "0001_b.sql"], ["0001_Upper.sql"]])
def test_a_file_that_is_no_migration_is_refused(tmp_path: Path, names: list[str]) -> None:
    for name in names:
        (tmp_path / name).write_text("select 1")
    with pytest.raises(ValueError, match="NNNN_name"):
        list(migrations(tmp_path))


def test_the_cache_forgets_what_was_longest_unused() -> None:
    cache = AggregateCache(2)
    for name in ("a", "b", "c"):
        cache.put(Counter(name))
        cache.get("a")
    cache.shrink()
    assert [cache.get(name) is not None for name in ("a", "b", "c")] == [True, False, True]
