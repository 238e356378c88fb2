"""Pushing records of a live source: news, duplicates, disorder, tombstones, snapshots, faults, and rights."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import grpc
import psycopg
import pytest

from proto.xianfeng.registry.v1 import feed_pb2 as pb
from proto.xianfeng.registry.v1.feed_pb2_grpc import RegistryFeedStub
from services.registry.feed.rows import RegistryRow
from tests.integration.registry.codes import next_code
from tests.integration.registry.running import JIAOZUO, NATION, RunningRegistry
from xianfeng.rpc.caller import Principal

ADDRESS = "河南省焦作市解放区民生街道1号"
_NUMBERS = iter(range(1, 1_000))


@pytest.fixture
def source() -> str:
    """A source of this test's own."""
    return f"live-{next(_NUMBERS)}"


@pytest.fixture(scope="module")
def feed(registry: RunningRegistry) -> RegistryFeedStub:
    return RegistryFeedStub(registry.channel(Principal("system:administrator", "administrator", NATION)))


def record(cursor: int, code: str, day: str = "2026-02-01", **columns: str) -> pb.PushRequest:
    columns = {"code": code, "name": "某物业服务有限公司", "status": "active", "address": ADDRESS, **columns}
    digest = RegistryRow.of(columns).digest
    return pb.PushRequest(record=pb.PushRecord(cursor=cursor, code=code, columns=columns, hash=digest, day=day))


def gone(cursor: int, code: str, day: str) -> pb.PushRequest:
    return pb.PushRequest(record=pb.PushRecord(cursor=cursor, code=code, day=day, gone=True))


def push(
    feed: RegistryFeedStub, source: str, parts: Sequence[pb.PushRequest], *, after: int = 0,
    snapshot: pb.Snapshot | None = None,
) -> pb.PushSummary:  # fmt: skip
    begin = pb.PushRequest(begin=pb.PushBegin(source=source, after=after, snapshot=snapshot))
    return feed.Push(iter([begin, *parts]), timeout=20)


def end(records: int) -> pb.PushRequest:
    return pb.PushRequest(end=pb.SnapshotEnd(records=records))


def events_of(registry: RunningRegistry, code: str) -> list[tuple[str, str, str]]:
    """Type, effective day and cause of each event of the enterprise that bears the code."""
    return registry.rows(
        "select topic, convert_from(state, 'UTF8')::jsonb ->> 'effective',"
        " coalesce(convert_from(state, 'UTF8')::jsonb ->> 'causationid', '') from registry_events"
        " where originator_id = (select subject from claim where kind = 'code' and key = %s) order by originator_version",
        code,
    )


def types_of(registry: RunningRegistry, code: str) -> list[str]:
    return [row[0].split(".")[1] for row in events_of(registry, code)]


@contextmanager
def _broken(registry: RunningRegistry, cursor: int) -> Iterator[None]:
    """The database refuses to note this cursor: after the events were written, before the commit."""
    with psycopg.connect(registry.dsn, autocommit=True) as connection:
        connection.execute(f"alter table live_source add constraint broken check (cursor <> {cursor})")
        yield
        connection.execute("alter table live_source drop constraint broken")


def test_news_once_however_often_they_come(registry: RunningRegistry, feed: RegistryFeedStub, source: str) -> None:
    code, other = next_code(), next_code()
    first = [record(3, code), record(5, code, name="改名物业服务有限公司", day="2026-02-05"), record(4, other)]
    told = push(feed, source, first)
    assert (told.read, told.new, told.changed, told.cursor, told.events) == (3, 2, 1, 5, 3)
    for _ in range(2):
        again = push(feed, source, first, after=3)
        assert (again.read, again.unchanged, again.cursor, again.events) == (3, 3, 5, 0)
    assert [row[:2] for row in events_of(registry, code)] == [
        ("enterprise.registered.v1", "2026-02-01"), ("enterprise.renamed.v1", "2026-02-05"),
    ]  # fmt: skip
    status = feed.Cursor(pb.CursorRequest(source=source))
    assert (status.cursor, status.records, status.faults) == (5, 2, 0)
    assert source in [found.source for found in feed.ListSources(pb.ListSourcesRequest()).sources]


def test_a_late_record_changes_nothing_newer(registry: RunningRegistry, feed: RegistryFeedStub, source: str) -> None:
    code = next_code()
    push(feed, source, [record(9, code, name="新名物业服务有限公司")])
    late = push(feed, source, [record(8, code, name="旧名物业服务有限公司")])
    assert (late.unchanged, late.cursor, late.events) == (1, 9, 0)
    assert types_of(registry, code) == ["registered"]


def test_a_tombstone_has_its_date(registry: RunningRegistry, feed: RegistryFeedStub, source: str) -> None:
    code = next_code()
    push(feed, source, [record(1, code)])
    told = push(feed, source, [gone(2, code, "2026-02-20"), gone(3, next_code(), "2026-02-20")])
    assert (told.gone, told.unchanged, told.events) == (1, 1, 1)
    assert events_of(registry, code)[-1][:2] == ("enterprise.registry-status-changed.v1", "2026-02-20")
    assert push(feed, source, [gone(4, code, "2026-02-20")]).events == 0
    back = push(feed, source, [record(5, code, day="2026-02-25")])
    assert (back.changed, back.events) == (1, 1)
    assert events_of(registry, code)[-1][:2] == ("enterprise.registry-status-changed.v1", "2026-02-25")


def test_a_hole_asks_for_a_snapshot(registry: RunningRegistry, feed: RegistryFeedStub, source: str) -> None:
    code = next_code()
    push(feed, source, [record(5, code)])
    told = push(feed, source, [record(90, code, name="跳过之后物业服务有限公司")], after=80)
    assert (told.outcome, told.cursor, told.events) == (pb.SNAPSHOT_NEEDED, 5, 0)
    assert types_of(registry, code) == ["registered"]


def test_a_snapshot_is_compared_and_its_events_name_it(
    registry: RunningRegistry, feed: RegistryFeedStub, source: str
) -> None:
    kept, changed, absent, newer, new = (next_code() for _ in range(5))
    push(feed, source, [record(n, code) for n, code in enumerate((kept, changed, absent), 1)])
    push(feed, source, [record(60, newer, name="更新物业服务有限公司")])
    taken = pb.Snapshot(cursor=50)
    renamed = record(50, changed, day="2026-02-28", name="全量改名物业服务有限公司")
    parts = [record(50, kept), renamed, record(50, newer), record(50, new)]
    cut = push(feed, source, parts[:1], snapshot=taken)
    assert (cut.absent, cut.unchanged, feed.Cursor(pb.CursorRequest(source=source)).snapshot_cursor) == (0, 1, 0)
    told = push(feed, source, [*parts, end(4)], snapshot=taken)
    assert (told.new, told.changed, told.unchanged, told.absent, told.events) == (1, 1, 2, 1, 2)
    assert told.cursor == 60
    assert events_of(registry, changed)[-1] == ("enterprise.renamed.v1", "2026-02-28", f"snapshot/{source}/50")
    assert types_of(registry, absent) == ["registered"]
    assert types_of(registry, newer) == ["registered"]
    status = feed.Cursor(pb.CursorRequest(source=source))
    assert (status.snapshot_cursor, status.absent) == (50, 1)
    assert push(feed, source, [*parts, end(4)], snapshot=taken).events == 0


def test_a_snapshot_that_lacks_records_is_not_whole(feed: RegistryFeedStub, source: str) -> None:
    with pytest.raises(grpc.RpcError) as refused:
        push(feed, source, [record(50, next_code()), end(2)], snapshot=pb.Snapshot(cursor=50))
    assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert feed.Cursor(pb.CursorRequest(source=source)).snapshot_cursor == 0


def test_a_fault_waits_for_a_better_record(registry: RunningRegistry, feed: RegistryFeedStub, source: str) -> None:
    code = next_code()
    fault = pb.PushRequest(fault=pb.PushFault(cursor=4, code=code, field="name", reason="没有名称"))
    damaged = record(5, next_code())
    damaged.record.hash = b"other"
    told = push(feed, source, [fault, damaged, record(6, next_code())])
    assert (told.read, told.rejected, told.new, told.cursor) == (3, 2, 1, 6)
    found = feed.ListFaults(pb.ListFaultsRequest(source=source)).faults
    assert [(f.cursor, f.code) for f in found] == [(5, damaged.record.code), (4, code)]
    push(feed, source, [record(7, code)])
    assert [f.cursor for f in feed.ListFaults(pb.ListFaultsRequest(source=source)).faults] == [5]


def test_what_lies_outside_is_kept_aside(feed: RegistryFeedStub, source: str) -> None:
    told = push(feed, source, [record(1, next_code(), address="河南省洛阳市"), record(2, "91410800MA00000000")])
    assert (told.new, told.rejected, told.unplaced) == (1, 1, 1)


def test_many_chunks_in_one_call(registry: RunningRegistry, feed: RegistryFeedStub, source: str) -> None:
    told = push(feed, source, [record(n, next_code()) for n in range(1, 1_202)])
    assert (told.new, told.cursor, told.events) == (1_201, 1_201, 1_201)
    assert registry.rows("select count(*) from live_record where source = %s", source) == [(1_201,)]


def test_events_and_cursor_are_one_transaction(registry: RunningRegistry, feed: RegistryFeedStub, source: str) -> None:
    code = next_code()
    with _broken(registry, 77), pytest.raises(grpc.RpcError):
        push(feed, source, [record(77, code)])
    assert types_of(registry, code) == []
    assert feed.Cursor(pb.CursorRequest(source=source)).cursor == 0
    assert push(feed, source, [record(77, code)]).new == 1


def test_only_whoever_answers_for_all_may_feed(registry: RunningRegistry, source: str) -> None:
    for principal in (
        Principal("system:city", "administrator", JIAOZUO), Principal("system:office", "housing_authority", NATION),
    ):  # fmt: skip
        stub = RegistryFeedStub(registry.channel(principal))
        with pytest.raises(grpc.RpcError) as refused:
            push(stub, source, [record(1, next_code())])
        assert refused.value.code() == grpc.StatusCode.PERMISSION_DENIED


@pytest.mark.parametrize(
    "parts",
    [
        [],
        [pb.PushRequest(begin=pb.PushBegin(source="A B"))],
        [pb.PushRequest(begin=pb.PushBegin(source="a"))] * 2,
        [pb.PushRequest(begin=pb.PushBegin(source="a")), record(0, next_code())],
        [pb.PushRequest(begin=pb.PushBegin(source="a")), record(1, next_code(), day="2026-02-30")],
        [pb.PushRequest(begin=pb.PushBegin(source="a")), end(0)],
    ],
)
def test_what_is_no_push_is_refused(feed: RegistryFeedStub, parts: list[pb.PushRequest]) -> None:
    with pytest.raises(grpc.RpcError) as refused:
        feed.Push(iter(parts), timeout=20)
    assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT


def test_a_record_is_placed_by_the_divisions_of_its_own_day(
    registry: RunningRegistry, feed: RegistryFeedStub, source: str
) -> None:
    """Also one from before all divisions that are known; what stood in the old county counts in the new one."""
    opened = registry.ask("OpenUnit", meta={"effective": "2020-01-01"}, name="旧城区", level="county", parent=JIAOZUO)
    new = registry.ask("OpenUnit", meta={"effective": "2026-01-15"}, name="新城区", level="county", parent=JIAOZUO)
    registry.ask("CloseUnit", meta={"effective": "2026-01-15"}, unit=opened.subject, successors=[new.subject])
    before, after, ancient = next_code(), next_code(), next_code()
    told = push(feed, source, [
        record(1, ancient, day="1978-05-01"),
        record(2, before, day="2026-01-10", address="焦作市旧城区一路1号"),
        record(3, after, day="2026-02-01", address="焦作市新城区一路1号"),
        record(4, before, day="2026-02-01", address="焦作市新城区一路1号"),
    ])  # fmt: skip
    assert (told.new, told.changed, told.unplaced, told.differences) == (3, 1, 0, 0)
    assert [home_of(registry, code) for code in (before, after)] == [opened.subject, new.subject]


def home_of(registry: RunningRegistry, code: str) -> str:
    """The home unit with which the enterprise that bears the code was registered."""
    rows = registry.rows(
        "select convert_from(state, 'UTF8')::jsonb -> 'data' ->> 'unit' from registry_events"
        " where originator_version = 1 and originator_id = (select subject from claim where kind = 'code' and key = %s)",
        code,
    )
    return str(rows[0][0])
