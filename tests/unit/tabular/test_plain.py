"""Texts and days as people meant them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from xianfeng.tabular import NotADay, day_of, header_name, plain


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("９１４１０１００ＭＡ４４", "91410100MA44"),
        (" 中原\u3000物业\t有限\u00a0公司 \n", "中原 物业 有限 公司"),
        ("\ufeff中\u200b原\u202c", "中原"),
        ("中原（集团），有限公司", "中原（集团），有限公司"),
        ("\u2f32\u2f63", "干生"),
        ("２０２１－０２－０３", "2021-02-03"),
        ("a\0b", "ab"),
        ("", ""),
    ],
)
def test_plain_text(written: str, meant: str) -> None:
    assert plain(written) == meant


@given(st.text())
@example("\u0339 \u0334").via("marks that stand in another order once nothing is between them")
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert plain(plain(text)) == plain(text)
    assert header_name(header_name(text)) == header_name(text)


@pytest.mark.parametrize(
    "written",
    ["2021-02-03", "2021-2-3", "2021/2/3", "2021.2.3", "2021.02.03.", "2021年2月3日", "2021 年 02 月 03 日", "20210203",
     "２０２１年２月３日", " 2021-02-03 00:00:00", "2021-02-03T08:30:00.000", "2021/2/3 8:30"],
)  # fmt: skip
def test_ways_to_write_a_day(written: str) -> None:
    assert day_of(written) == date(2021, 2, 3)


@pytest.mark.parametrize("written", ["2021-02-30", "2021年13月1日", "20210431", "2021-0-1", "0000-01-01"])
def test_days_that_do_not_exist(written: str) -> None:
    with pytest.raises(NotADay) as fault:
        day_of(written)
    assert fault.value.reason == "calendar"


@pytest.mark.parametrize(
    "written", ["", "2021", "2021-02", "21-2-3", "44230", "03/02/2021", "长期", "2021-02-03-04", "²021-02-03"]
)
def test_texts_that_are_no_day(written: str) -> None:
    with pytest.raises(NotADay) as fault:
        day_of(written)
    assert fault.value.reason == "form"
    assert "2021-02-03" in fault.value.message


@given(st.dates(min_value=date(1000, 1, 1)))
def test_every_day_in_its_own_form(day: date) -> None:
    assert day_of(day.isoformat()) == day_of(f"{day.year}年{day.month}月{day.day}日") == day_of(f"{day:%Y%m%d}") == day
