"""Facts are dated and days pass by themselves (design §6), under a moved clock."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from tests.e2e.office import MovedClock, Office
from xianfeng.clock import SHANGHAI

COUNTY, CITY = "410811", "410800"


def enterprise(office: Office, code: str, **counts: int) -> str:
    subject: str = office.do("RegisterEnterprise", code=code, name=f"时日{code[-4:]}物业服务有限公司", unit=COUNTY)[
        "subject"
    ]
    if counts:
        office.do("CountMembers", enterprise=code, **{"formal": 0, "probationary": 0, "elsewhere": 0, **counts})
    return subject


def row(office: Office, code: str, **extra: Any) -> Any:
    return office.ask("Explain", enterprise=code, **extra)["row"]


def announced(office: Office, subject: str) -> list[dict[str, Any]]:
    events = [json.loads(record.event) for record in office.log("coverage")]
    return [event for event in events if event["data"].get("enterprise") == subject]


def adviser(office: Office) -> str:
    subject: str = office.do("AppointAdviser", kind="community", unit=COUNTY, name="张三")["subject"]
    return subject


def test_a_term_ends_without_an_event(office: Office, clock: MovedClock, new_codes: Iterator[str]) -> None:
    code = next(new_codes)
    subject = enterprise(office, code, formal=0)
    last_day = clock.today + timedelta(days=2)
    office.do("AssignAdviser", enterprise=code, adviser=adviser(office), until=last_day)
    office.settle()
    assert (row(office, code)["status"], row(office, code)["duty"]) == ("work", "")
    told, covered = (
        len(announced(office, subject)),
        int(office.ask("Figures", unit=CITY)["figures"]["by_status"]["work"]),
    )
    head = sum(1 for _ in office.log("registry"))
    clock.to(last_day)
    office.settle()
    assert row(office, code)["status"] == "work"
    assert len(announced(office, subject)) == told
    clock.to(last_day + timedelta(days=1), hour=0)
    office.settle()
    assert (row(office, code)["status"], row(office, code)["duty"]) == ("none", "assign_adviser")
    assert int(office.ask("Figures", unit=CITY)["figures"]["by_status"]["work"]) == covered - 1
    news = announced(office, subject)[told:]
    assert [n["data"]["cause"] for n in news] == ["calendar"]
    assert news[0]["effective"] == str(last_day + timedelta(days=1))
    assert sum(1 for _ in office.log("registry")) == head, "no event was needed"


def test_down_over_three_midnights(
    office: Office, clock: MovedClock, new_codes: Iterator[str], installation: Any
) -> None:
    office.settle()
    subjects, ends = [], []
    for n in range(3):
        code = next(new_codes)
        subjects.append(enterprise(office, code, formal=0))
        ends.append(clock.today + timedelta(days=n))
        office.do("AssignAdviser", enterprise=code, adviser=adviser(office), until=ends[-1])
    office.settle()
    installation.stop()
    clock.pass_days(3)
    installation.start()
    office.settle()
    for subject, last_day in zip(subjects, ends, strict=True):
        last = announced(office, subject)[-1]
        assert (last["data"]["cause"], last["effective"]) == ("calendar", str(last_day + timedelta(days=1)))
        assert last["data"]["duty"] == "assign_adviser"
        assert last["data"]["since"] == str(last_day + timedelta(days=1))


def test_a_future_fact_waits_for_its_day(office: Office, clock: MovedClock, new_codes: Iterator[str]) -> None:
    code = next(new_codes)
    enterprise(office, code, formal=1)
    monday = clock.today + timedelta(days=7 - clock.today.weekday())
    office.do("CountMembers", enterprise=code, formal=3, effective=monday)
    office.settle()
    assert row(office, code)["duty"] == "join"
    clock.to(monday - timedelta(days=1), hour=23)
    office.settle()
    assert row(office, code)["duty"] == "join"
    clock.to(monday, hour=0)
    office.settle()
    assert (row(office, code)["duty"], row(office, code)["since"]) == ("form_organisation", str(monday))


def test_a_late_fact_changes_since_and_never_today(office: Office, clock: MovedClock, new_codes: Iterator[str]) -> None:
    code = next(new_codes)
    office.do(
        "RegisterEnterprise",
        code=code,
        name="迟报物业服务有限公司",
        unit=COUNTY,
        effective=clock.today - timedelta(days=60),
    )
    office.do("CountMembers", enterprise=code, formal=4, probationary=0, elsewhere=0)
    office.settle()
    today = row(office, code)
    earlier = clock.today - timedelta(days=20)
    office.do("CountMembers", enterprise=code, formal=3, effective=earlier)
    office.settle()
    now = row(office, code)
    assert (now["status"], now["duty"]) == (today["status"], today["duty"])
    assert (today["since"], now["since"]) == (str(clock.today), str(earlier))
    formal = [f for f in office.ask("Explain", enterprise=code)["facts"] if f["slot"] == "formal" and f["in_force"]]
    assert [f["effective"] for f in formal] == [str(clock.today)], "today's value stays that of today's count"


def duties(office: Office, day: date, known_at: datetime | None = None, **moved: int) -> Counter[str]:
    """The province's duties on a day, as known now or then, with so many moved."""
    asked = {"unit": "410000", "day": day}
    if known_at is not None:
        asked["known_at"] = known_at.isoformat()
        office.until(lambda: office.ask("Recall", known_at=known_at.isoformat())["ready"], "what was known then")
    found = Counter({name: int(n) for name, n in office.ask("Figures", **asked)["figures"]["by_duty"].items()})
    found.update(moved)
    return found


def test_a_correction_leaves_what_was_known_then(office: Office, clock: MovedClock, new_codes: Iterator[str]) -> None:
    code = next(new_codes)
    enterprise(office, code)
    counted_on = clock.today
    wrong = office.do("CountMembers", enterprise=code, formal=5, probationary=0, elsewhere=0)["events"][0]
    office.settle()
    clock.pass_days(5)
    known_then = clock.instant
    clock.pass_days(5)
    office.do(
        "CountMembers", enterprise=code, formal=0, probationary=0, elsewhere=0, effective=counted_on,
        correction_of=wrong, correction_reason="录入错误",
    )  # fmt: skip
    office.settle()
    assert row(office, code)["duty"] == "assign_adviser"
    assert row(office, code, day=counted_on)["duty"] == "assign_adviser"
    assert row(office, code, day=counted_on, known_at=known_then.isoformat())["duty"] == "form_organisation"
    assert duties(office, counted_on) == duties(office, counted_on, known_then, form_organisation=-1, assign_adviser=1)


def test_a_voided_fact_is_out(office: Office, clock: MovedClock, new_codes: Iterator[str]) -> None:
    code = next(new_codes)
    subject = enterprise(office, code, formal=1)
    clock.pass_days()
    wrong = office.do("CountMembers", enterprise=code, formal=9)["events"][0]
    office.settle()
    assert row(office, code)["duty"] == "form_organisation"
    office.do("VoidFact", subject=subject, event=wrong, reason="他企业人数")
    office.settle()
    assert row(office, code)["duty"] == "join"


def test_a_clock_set_back_changes_nothing(office: Office, clock: MovedClock, new_codes: Iterator[str]) -> None:
    code = next(new_codes)
    enterprise(office, code, formal=0)
    office.do("AssignAdviser", enterprise=code, adviser=adviser(office), until=clock.today)
    day = clock.today + timedelta(days=1)
    ten_past = datetime(day.year, day.month, day.day, 0, 10, tzinfo=SHANGHAI)
    clock.set(ten_past)
    office.settle()
    before = (row(office, code), office.ask("Figures", unit=CITY))
    clock.set(ten_past - timedelta(hours=1))
    other = next(new_codes)
    enterprise(office, other, formal=1)
    office.settle()
    assert row(office, other)["duty"] == "join"
    assert row(office, code) == before[0]
    assert office.ask("Figures", unit=CITY)["basis"]["business_date"] == before[1]["basis"]["business_date"]
    clock.set(ten_past)
