"""A projection on real servers: figures, poison, repairs, midnights, builds."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.integration.bus.stage import Stage, produce, stage, until
from tests.integration.bus.world import NOON, Counted, Counting, Log, Noted
from xianfeng.bus.headers import headers_for
from xianfeng.bus.letters import Letters
from xianfeng.bus.projection import Record
from xianfeng.bus.runner import NothingServing
from xianfeng.refusal import Refused


class Faulty(Counting):
    """Fails on thirteens until the code is mended."""

    mended = False

    def fold(self, record: Record) -> None:
        if record.data.by == 13 and not Faulty.mended:
            raise ArithmeticError("thirteen")


async def letters_are(shown: Stage, count: int) -> None:
    async def so_many() -> bool:
        return len(shown.letters()) == count

    await until(so_many, f"{count} letters")


async def test_foreign_records_are_kept_aside_and_the_others_are_current(
    database: str, kafka_bootstrap: list[str]
) -> None:
    log = Log.make(database)
    log.count([("cnt-1", 1), ("cnt-2", 2), ("cnt-3", 3)])
    async with stage(log, kafka_bootstrap) as shown:
        await shown.settled()
        lane = log.topic.partition_of("cnt-1")
        place = log.ends()[lane]
        forged = log.event("cnt-1", 2, Counted(by=9)).raw
        unknown = forged.replace(b"counter.counted.v1", b"martian.landed.v1")
        version_9 = log.event("cnt-1", 9, Counted(by=9)).raw
        fits = headers_for(place + 1_000_000, place)
        await produce(
            kafka_bootstrap, log.topic.name, lane,
            [
                {"key": b"cnt-1", "value": b"{broken"},
                {"key": b"cnt-1", "value": b"{broken", "headers": fits},
                {"key": b"\xff", "value": unknown, "headers": fits},
                {"key": b"cnt-1", "value": version_9, "headers": fits},
                {"key": b"cnt-1", "value": forged, "headers": [("position", b"\xff\xfe"), ("after", b"1")]},
                {"key": b"cnt-1", "value": None, "headers": fits},
                {"key": b"cnt-1", "value": forged, "headers": headers_for(place + 5, place + 4)},
            ],
        )  # fmt: skip
        await letters_are(shown, 7)
        log.count([("cnt-1", 1), ("cnt-1", 1)])
        await shown.settled(10)
        assert shown.shown() == log.totals()
        assert {reason for reason, _, _ in shown.letters()} == {"foreign"}
        assert shown.held() == []
        letters = Letters(database, {"counting": shown.runner})
        kept, total = await letters.open(10)
        assert total == 7
        assert (await letters.replay(kept[0].id)).outcome == "foreign"
        assert (await letters.discard(kept[0].id)).outcome == "discarded"
        assert (await letters.open(10))[1] == 6


async def test_a_fault_holds_its_subject_until_the_code_is_mended(database: str, kafka_bootstrap: list[str]) -> None:
    Faulty.mended = False
    log = Log.make(database)
    log.count([("cnt-1", 1), ("cnt-2", 13), ("cnt-1", 1), ("cnt-2", 5), ("cnt-3", 7)])
    log.append([("cnt-3", Noted(text="only the version moves")), ("cnt-3", Counted(by=1))])
    async with stage(log, kafka_bootstrap, lambda: Faulty(log.topic.name)) as shown:
        await shown.settled()
        assert shown.shown() == {"cnt-1": 2, "cnt-3": 8}
        assert shown.held() == ["cnt-2"]
        assert shown.letters() == [("fault", "cnt-2", "open")]
        (status,) = await shown.runner.status()
        assert (status.held, status.dead_letters) == (1, 1)
        letters = Letters(database, {"counting": shown.runner})
        ((letter,), _) = await letters.open(10)
        assert "thirteen" not in letter.detail
        assert (await letters.replay(letter.id)).outcome == "still_failing"
        with pytest.raises(Refused, match="丢弃会使数字缺失"):
            await letters.discard(letter.id)
        Faulty.mended = True
        assert (await letters.replay(letter.id)).outcome == "applied"
        assert shown.shown() == log.totals()
        assert shown.held() == []
        log.count([("cnt-2", 2)])
        await shown.settled()
        assert shown.shown() == log.totals()


async def test_a_gap_is_filled_from_the_store(database: str, kafka_bootstrap: list[str]) -> None:
    log = Log.make(database)
    log.count([("cnt-1", 1), ("cnt-1", 2), ("cnt-2", 1)])
    async with stage(log, kafka_bootstrap) as shown:
        await shown.settled()
    log.rows("update total_b1 set version = 0, total = 0 where subject = 'cnt-1' returning 1")
    log.count([("cnt-1", 4), ("cnt-2", 1)])
    async with stage(log, kafka_bootstrap) as shown:
        await shown.settled()

        async def whole() -> bool:
            return shown.shown() == log.totals() and not shown.held()

        await until(whole, "the gap filled")
        assert shown.letters() == [("gap", "cnt-1", "applied")]


async def test_three_midnights_missed_come_one_by_one(database: str, kafka_bootstrap: list[str]) -> None:
    log = Log.make(database)
    log.count([("cnt-1", 1)])
    async with stage(log, kafka_bootstrap) as shown:
        await shown.settled()
    log.clock.set(NOON + timedelta(days=3))
    async with stage(log, kafka_bootstrap) as shown:

        async def moved() -> bool:
            return all(status.business_date == date(2026, 3, 5) for status in await shown.runner.status())

        await until(moved, "three midnights")
        days = log.rows("select day, count(*) from midnight_b1 group by 1 order by 1")
        assert days == [(date(2026, 3, day), 12) for day in (3, 4, 5)]
        log.clock.set(NOON + timedelta(days=2))
        log.count([("cnt-1", 1)])
        await shown.settled()
        assert await moved()


async def test_a_build_takes_over_while_the_other_serves(database: str, kafka_bootstrap: list[str]) -> None:
    log = Log.make(database)
    async with stage(log, kafka_bootstrap) as shown:
        with pytest.raises(NothingServing, match="counting"):
            await shown.runner.serving_build()
        log.count([(f"cnt-{number % 70}", number) for number in range(2_000)])
        await shown.settled()
        number = await shown.runner.rebuild()
        assert number == 2
        assert await shown.runner.rebuild() == 2

        async def taken_over() -> bool:
            log.count([("cnt-1", 1)])
            return (await shown.runner.serving_build()).number == 2

        await until(taken_over, "the take-over")
        await shown.settled()
        assert shown.shown(2) == log.totals()
        assert log.rows("select build from told order by 1") == [(1,), (2,)]
        assert log.rows("select count(*) from total_b2 where lean") == [(0,)]
        states = dict(log.rows("select number, state from build"))
        assert states == {1: "retired", 2: "serving"}
