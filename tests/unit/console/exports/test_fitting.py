"""Texts in columns: nothing lost, nothing wider than its room, codes and days in one piece."""

from __future__ import annotations

import re

from hypothesis import example, given
from hypothesis import strategies as st

from services.console.exports.fitting import lines_of, measure, shares

WIDE = measure({**dict.fromkeys(range(0x20, 0x7F), 500.0), **dict.fromkeys(range(0x2018, 0xFFFF), 1000.0)}, 1.0)
TEXTS = st.text(st.sampled_from("物业服务有限公司（演示）、，。“”0123456789AZ- "), max_size=60)


@given(TEXTS, st.floats(1.0, 30.0))
@example("0”业“0000", 2.0).via("a mark before a code that is as wide as the room")
def test_lines_hold_the_whole_text_and_fit(text: str, room: float) -> None:
    lines = lines_of(text, room, WIDE)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(WIDE(line) <= room for line in lines)


@given(TEXTS)
def test_no_line_begins_or_ends_with_the_wrong_mark(text: str) -> None:
    lines = lines_of(text, 20.0, WIDE)
    whole = text.replace(" ", "")
    marks = [line for line in lines[1:] if line and line[0] in "），、。”"]
    # Only a text that has nothing else to break at is broken there.
    assert not marks or all(letter in "（）、，。“” " for letter in whole) or _is_packed(whole) or _is_a_code(text)


def _is_packed(text: str) -> bool:
    """Marks in a row as long as half of the room."""
    run = longest = 0
    for letter in text:
        run = run + 1 if letter in "（）、，。“”" else 0
        longest = max(longest, run)
    return longest >= 6


def _is_a_code(text: str) -> bool:
    """A run of letters and digits that leaves no room for a mark beside it."""
    return any(len(run) > 37 for run in re.findall(r"[0-9AZ-]+", text))


def test_a_code_and_a_day_go_to_the_next_line_whole() -> None:
    assert lines_of("代码91410800DEM0061105", 10.0, WIDE) == ["代码", "91410800DEM0061105"]
    assert lines_of("截至2026-03-31止", 6.0, WIDE) == ["截至", "2026-03-31止"]
    assert lines_of("一行\n两行", 30.0, WIDE) == ["一行", "两行"]
    assert lines_of("", 30.0, WIDE) == [""]


@given(st.lists(st.tuples(st.floats(1, 50), st.floats(0.1, 20)), min_size=1, max_size=15), st.floats(50, 300))
def test_the_room_is_shared_out_whole(columns: list[tuple[float, float]], room: float) -> None:
    wanted, least = zip(*columns, strict=True)
    given_out = shares(wanted, least, room)
    assert abs(sum(given_out) - room) < 1e-6
    assert sum(least) > room or all(one >= need - 1e-9 for one, need in zip(given_out, least, strict=True))
