"""What people type: no number of a person, nothing that misleads the eye; all else stays as it was typed."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from xianfeng.privacy import FreeText
from xianfeng.words import say

TEXT: TypeAdapter[str] = TypeAdapter(FreeText)
HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=20)
TURNS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@given(before=HAN, mark=st.sampled_from(TURNS), after=HAN)
def test_a_mark_that_turns_the_direction_is_refused_in_words(before: str, mark: str, after: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(say("privacy.direction"))):
        TEXT.validate_python(before + mark + after)


@pytest.mark.parametrize("control", ["\0", "\x1b", "\x7f", "\x85"])
def test_a_control_character_is_refused_in_words(control: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(say("privacy.control"))):
        TEXT.validate_python(f"阳光{control}物业")


@pytest.mark.parametrize("number", ["13800138000", "１３８００１３８０００", "0391-12345678", "410802199001011234"])
def test_a_number_of_a_person_is_refused_in_words(number: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(say("privacy.personal"))):
        TEXT.validate_python(f"联系人 {number}")


@pytest.mark.parametrize("text", ["<script>", "=1+1", "第一行\n第二行", "㐀𠀀公司", "A&B（集团）"])
def test_all_else_stays_as_it_was_typed(text: str) -> None:
    assert TEXT.validate_python(text) == text
