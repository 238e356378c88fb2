"""Snapshots against what is known: new, changed, unchanged, absent; and whose word counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import grpc
import psycopg
import pytest

from proto.xianfeng.registry.v1 import imports_pb2 as pb
from services.registry.feed import staging
from services.registry.feed.rows import RegistryRow
from services.registry.feed.staging import Staged
from tests.e2e.office import codes
from tests.integration.registry.exports import Exports
from tests.integration.registry.running import JIAOZUO, JIEFANG, LUOYANG, MINSHENG, SHANYANG, RunningRegistry
from xianfeng.rpc.caller import Principal
from xianfeng.rpc.errors import describe

_CODES = codes(404)
DAY, NEXT = "2026-02-01", "2026-03-01"


@pytest.fixture
def exports(registry: RunningRegistry) -> Exports:
    return Exports(registry)


@pytest.fixture
def source(request: pytest.FixtureRequest) -> Iterator[str]:
    """Each test is a registry of its own."""
    return request.node.name[5:30]


def row(name: str = "甲物业服务有限公司", address: str = "焦作市解放区民主路1号", **more: str) -> RegistryRow:
    return RegistryRow(0, next(_CODES), name, address=address, **{"status": "active", **more})


def types(exports: Exports, code: str) -> list[str]:
    return [kind for kind, _, _ in exports.history(code)]


def test_new_then_unchanged_then_changed_then_absent(exports: Exports, source: str) -> None:
    rows = [row(founded="2003-07-03", industry_code="7020"), row(address="焦作市某路2号"), row(address="")]
    first, _ = exports.send(rows, DAY, source)
    told = first.counts
    assert (told.read, told.new, told.events, told.unplaced, told.with_county, told.with_city) == (3, 3, 3, 2, 1, 2)
    again, _ = exports.send(rows, DAY, source)
    assert (again.counts.unchanged, again.counts.events, again.counts.unplaced) == (3, 0, 2)
    later, _ = exports.send(
        [rows[0]._replace(name="甲甲物业", status="deregistered", address="焦作市解放区新华路9号")], NEXT, source
    )
    assert later.waiting
    (confirmed, _) = exports.gather(exports.stub.Confirm(pb.ImportRef(id=later.id)))
    assert (confirmed.counts.changed, confirmed.counts.absent, confirmed.counts.events) == (1, 2, 3)
    assert types(exports, rows[0].code) == ["registered", "renamed", "registry-status-changed", "details-changed"]
    assert {day for _, day, _ in exports.history(rows[0].code)[1:]} == {date.fromisoformat(NEXT)}
    assert types(exports, rows[1].code) == ["registered"]


def test_an_older_export_changes_nothing_newer(exports: Exports, source: str) -> None:
    one = row("新名物业")
    exports.send([one], NEXT, source)
    old, _ = exports.send([one._replace(name="旧名物业")], DAY, source)
    assert (old.counts.unchanged, old.counts.events, old.counts.absent) == (1, 0, 0)
    assert types(exports, one.code) == ["registered"]


def test_an_office_s_word_is_not_overwritten(exports: Exports, source: str, registry: RunningRegistry) -> None:
    one = row()
    exports.send([one], DAY, source)
    registry.ask("RenameEnterprise", enterprise=one.code, name="更正后的物业", meta={"effective": DAY})
    registry.ask("PlaceEnterprise", enterprise=one.code, unit=SHANYANG, meta={"effective": DAY})
    second, _ = exports.send([one], NEXT, source)
    assert (second.counts.differences, second.counts.changed, second.counts.events) == (2, 0, 2)
    third, _ = exports.send([one], NEXT, source)
    assert (third.counts.differences, third.counts.events) == (0, 0)
    registry.ask("SettleDifference", enterprise=one.code, field="name", choice="keep", reason="以营业执照为准")
    registry.ask("SettleDifference", enterprise=one.code, field="unit", choice="take")
    assert types(exports, one.code)[-3:] == ["difference-settled", "placed", "difference-settled"]
    fourth, _ = exports.send([one], NEXT, source)
    assert (fourth.counts.differences, fourth.counts.events) == (0, 0)
    other, _ = exports.send([one._replace(name="又一个名称")], NEXT, source)
    assert (other.counts.differences, other.counts.events) == (1, 1)


def test_another_city_s_export_proposes_a_transfer(exports: Exports, source: str, registry: RunningRegistry) -> None:
    one = row()
    exports.send([one], DAY, source)
    seen, _ = exports.send([one._replace(address="洛阳市王城路3号")], NEXT, f"{source}-2")
    assert (seen.counts.changed, seen.counts.differences) == (1, 0)
    assert sorted(types(exports, one.code)[1:3]) == ["registry-status-changed", "transfer-proposed"]
    assert "moved_out" in str(exports.history(one.code))
    again, _ = exports.send([one._replace(address="洛阳市王城路3号")], NEXT, f"{source}-2")
    assert again.counts.events == 0
    registry.ask("PlaceEnterprise", enterprise=one.code, unit=SHANYANG, meta={"effective": NEXT})
    told, _ = exports.send([one._replace(address="洛阳市王城路3号")], NEXT, f"{source}-2")
    assert (told.counts.differences, told.counts.events) == (0, 0)
    registry.ask("AcceptTransfer", enterprise=one.code, meta={"effective": NEXT})
    assert types(exports, one.code)[-2:] == ["placed", "registry-status-changed"]
    home = registry.rows("select unit from feed_known where code = %s and source = %s", one.code, f"{source}-2")
    assert home == [(SHANYANG,)]
    settled, _ = exports.send([one._replace(address="洛阳市王城路3号")], NEXT, f"{source}-2")
    assert settled.counts.events == 0
    assert registry.rows(
        "select unit, status from feed_known where code = %s and source = %s", one.code, f"{source}-2"
    ) == [(LUOYANG, "active")]


def test_an_address_that_says_more_places_what_waited(exports: Exports, source: str) -> None:
    one = row(address="焦作市某路")
    exports.send([one], DAY, source)
    told, _ = exports.send([one._replace(address="焦作市解放区民生街道8号")], NEXT, source)
    assert (told.counts.changed, told.counts.unplaced) == (1, 0)
    assert exports.history(one.code)[1][2] == f'{{"unit":"{MINSHENG}"}}'


def test_one_code_twice(exports: Exports, source: str) -> None:
    one, two = row("同一物业"), row("不同物业")
    told, faults = exports.send([one, two, one, two._replace(name="另一个名称")], DAY, source)
    assert (told.counts.read, told.counts.new, told.counts.unchanged, told.counts.rejected) == (4, 1, 1, 2)
    assert [(fault.number, fault.field) for fault in faults] == [(3, "code"), (5, "code")]
    assert "5" in faults[0].message


def test_outside_the_account_s_unit_is_rejected(registry: RunningRegistry, source: str) -> None:
    office = Exports(registry, Principal("system:jiaozuo", "housing_authority", JIAOZUO))
    inside, outside = row(), row(address="洛阳市王城路3号", province="河南")
    told, faults = office.send([inside, outside], DAY, source)
    assert (told.counts.new, told.counts.rejected) == (1, 1)
    assert "洛阳市" in faults[0].message


def test_a_dry_run_leaves_nothing(exports: Exports, source: str, registry: RunningRegistry) -> None:
    one = row()
    told, _ = exports.send([one], DAY, source, dry_run=True)
    assert (told.counts.new, told.counts.events) == (1, 1)
    assert exports.history(one.code) == []
    registry.becomes("select count(*) from feed_row", [(0,)])


def test_more_than_a_twentieth_waits_for_a_person(exports: Exports, source: str, registry: RunningRegistry) -> None:
    rows = [row(address="焦作市山阳区") for _ in range(40)]
    exports.send(rows, DAY, source)
    ended = [one._replace(status="deregistered") for one in rows[:12]] + rows[12:]
    told, _ = exports.send(ended, NEXT, source)
    assert told.waiting
    assert [wait.name for wait in told.waits] == ["河南省", "河南省焦作市", "河南省焦作市山阳区"]
    assert told.waits[-1].inactive == 12
    assert types(exports, rows[0].code) == ["registered"]
    again, _ = exports.send(ended, NEXT, source)
    assert again.id == told.id
    (waits,) = [one for one in exports.stub.Waiting(pb.WaitingRequest()).imports if one.id == told.id]
    assert (waits.state, waits.file) == ("waiting", "x.csv")
    exports.stub.Cancel(pb.ImportRef(id=told.id))
    with pytest.raises(grpc.RpcError) as gone:
        list(exports.stub.Confirm(pb.ImportRef(id=told.id)))
    assert describe(gone.value).reason == "import-unknown"
    third, _ = exports.send(ended, NEXT, source)
    done, _ = exports.gather(exports.stub.Confirm(pb.ImportRef(id=third.id)))
    assert (done.counts.changed, done.counts.unchanged) == (12, 28)


def test_an_unknown_status_is_resolved_once_for_all(exports: Exports, source: str) -> None:
    rows = [row(status="unknown", word="在途") for _ in range(3)]
    told, _ = exports.send(rows, DAY, source)
    assert (told.counts.unknown_status, list(told.words)) == (3, ["在途"])
    answer = exports.stub.ResolveStatus(pb.ResolveStatusRequest(word="在途", status="closing"))
    assert answer.changed == 3
    assert "在途" not in [one.word for one in exports.stub.StatusWords(pb.StatusWordsRequest()).words]
    again, _ = exports.send([*rows, row(status="unknown", word="在途")], NEXT, source)
    assert (again.counts.unchanged, again.counts.new, again.counts.unknown_status) == (3, 1, 0)


def test_an_enterprise_registered_by_hand_belongs_to_the_registry_too(
    exports: Exports, source: str, registry: RunningRegistry
) -> None:
    one = row("登记名称")
    registry.ask("RegisterEnterprise", code=one.code, name="手工名称", unit=JIEFANG, meta={"effective": "2026-01-05"})
    told, _ = exports.send([one], DAY, source)
    assert (told.counts.changed, told.counts.differences) == (1, 0)
    assert types(exports, one.code) == ["registered", "renamed", "details-changed"]


def test_a_corrected_code_is_a_difference_and_no_second_enterprise(
    exports: Exports, source: str, registry: RunningRegistry
) -> None:
    one, right = row(), next(_CODES)
    exports.send([one], DAY, source)
    registry.ask("CorrectEnterpriseCode", enterprise=one.code, code=right, meta={"effective": DAY})
    told, _ = exports.send([one], NEXT, source)
    assert (told.counts.new, told.counts.differences) == (0, 1)
    assert exports.history(one.code) == []
    registry.ask("SettleDifference", enterprise=right, field="code", choice="take")
    assert types(exports, one.code)[-2:] == ["code-corrected", "difference-settled"]


@pytest.mark.parametrize(
    ("as_of", "source", "reason"),
    [
        ("2026-03-03", "x", "import-day"),
        ("2026-13-01", "x", "import-day"),
        ("", "x", "import-day"),
        (DAY, " ", "import-source"),
    ],
)
def test_bad_beginnings_are_refused(exports: Exports, as_of: str, source: str, reason: str) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        exports.send([row()], as_of, source)
    assert describe(caught.value).reason == reason


def test_what_was_not_normalised_is_refused_whole(exports: Exports, source: str) -> None:
    good = row()
    with pytest.raises(grpc.RpcError) as caught:
        exports.send([good, row()._replace(code="914101000000000000")], DAY, source)
    assert describe(caught.value).reason == "import-row"
    assert exports.history(good.code) == []


def test_a_row_that_comes_twice_refuses_all_of_them(exports: Exports, source: str, registry: RunningRegistry) -> None:
    begin, rows, end = Exports.requests([row(), row()], DAY, source)
    with pytest.raises(grpc.RpcError) as caught:
        exports.gather(exports.stub.Import(iter([begin, rows, rows, end]), timeout=60))
    assert describe(caught.value).reason == "import-order"
    registry.becomes("select count(*) from feed_row", [(0,)])
    told, _ = exports.gather(exports.stub.Import(iter([begin, rows, end]), timeout=60))
    assert told.counts.new == 2


def test_what_an_ended_import_left_goes_with_the_next(exports: Exports, source: str, registry: RunningRegistry) -> None:
    with psycopg.connect(registry.dsn, autocommit=True) as connection:
        ended = Staged(
            source, source, DAY, "1" * 64, "x.csv", "a", "b", "staging", False, datetime.now(UTC), 0, {}, [],
        )  # fmt: skip
        staging.open_import(connection, ended)
        with staging.staging(connection, source) as add:
            add([row()])
        staging.end(connection, source, "done")
    exports.send([row()], DAY, source)
    registry.becomes("select count(*) from feed_row", [(0,)])
    assert registry.rows("select state from feed_import where id = %s", source) == [("done",)]


def test_a_check_that_nobody_waits_for_goes_with_its_rows(
    exports: Exports, source: str, registry: RunningRegistry
) -> None:
    with psycopg.connect(registry.dsn, autocommit=True) as connection:
        long_ago = Staged(
            source, source, date(2020, 1, 1), "0" * 64, "x.csv", "a", "b", "applying", True,
            datetime(2020, 1, 1, tzinfo=UTC), 0, {}, [],
        )  # fmt: skip
        staging.open_import(connection, long_ago)
        with staging.staging(connection, source) as add:
            add([row()])
    exports.send([row()], DAY, source)
    registry.becomes("select count(*) from feed_row", [(0,)])
    assert registry.rows("select count(*) from feed_import where id = %s", source) == [(0,)]
