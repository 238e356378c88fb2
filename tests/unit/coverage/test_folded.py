"""What is folded of a subject: read as it was told, stored in parts, and as columns beside others."""

from __future__ import annotations

import struct
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.coverage.domain.columns import columns_of
from services.coverage.domain.folded import NO_IDENT, Folded
from services.coverage.domain.slots import SLOTS, TEXTUAL, Entry, Slot
from tests.unit.coverage.histories import folded_of

DAY = date(2021, 7, 8).toordinal()
# As version 1 of the projection stored them: arrays of msgpack, back to back.
BEFORE = bytes.fromhex(
    "96ce000b42d001010100c096ce000b42d00102a8756e69742de794b200c096ce000b42d00103a9e794b2e789a9e4b89a00c096ce000b42da"
    "0208cd012c00c096ce000b42e4030c01ce000b4334a56f72672d3196ce000b42ee040c0000a096ce000b42f8ce00011170000200c0"
)
BEFORE_READ: list[Entry] = [
    (738000, 1, Slot.LIFE, 1, 0, None), (738000, 1, Slot.UNIT, "unit-甲", 0, None),
    (738000, 1, Slot.NAME, "甲物业", 0, None), (738010, 2, Slot.FORMAL, 300, 0, None),
    (738020, 3, Slot.MEMBERSHIP, 1, 738100, "org-1"), (738030, 4, Slot.MEMBERSHIP, 0, 0, ""),
    (738040, 70000, Slot.VOID, 2, 0, None),
]  # fmt: skip

texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=6)
idents = st.none() | st.sampled_from(["", "a", "b", "ab", "甲"]) | texts


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    slot = draw(st.sampled_from([*TEXTUAL, Slot.VOID, Slot.FORMAL, Slot.MEMBERSHIP]) | st.integers(0, SLOTS - 1))
    value = draw(texts if slot in TEXTUAL else st.integers(0, 3) | st.integers(0, 2**31 - 1))
    until = draw(st.just(0) | st.integers(DAY, DAY + 400))
    return DAY + draw(st.integers(0, 400)), draw(st.integers(1, 9)), slot, value, until, draw(idents)


lists = st.lists(entries(), max_size=12)


@given(st.lists(lists, max_size=4))
def test_parts_are_read_as_they_were_told_and_go_on_from_there(told: list[list[Entry]]) -> None:
    kept, parts, count = Folded(), b"", 0
    for some in told:
        kept.take(some)
        number, part = kept.unsaved()
        parts, count = parts + part, count + number
        kept = Folded.load(kept.version, count, parts)
    everything = [entry for some in told for entry in some]
    assert kept.read() == everything
    assert count == len(everything)
    assert kept.unsaved() == (0, Folded().unsaved()[1])


@given(st.lists(lists, max_size=5))
def test_columns_of_many_hold_what_each_holds(told: list[list[Entry]]) -> None:
    columns = columns_of([folded_of(some) for some in told])
    found: list[list[Entry]] = [[] for _ in told]
    names = ("subject", "day", "version", "slot", "value", "until", "ident")
    for subject, day, version, slot, value, until, ident in zip(
        *(getattr(columns, name).tolist() for name in names), strict=True
    ):
        text = columns.texts[value] if slot in TEXTUAL else value
        found[subject].append((day, version, slot, text, until, None if ident < 0 else columns.texts[ident]))
    assert [ordered(some) for some in found] == [ordered(without_voided(some)) for some in told]


def test_a_text_is_kept_once_and_has_one_place() -> None:
    folded = Folded()
    places = [folded.place(text) for text in ("甲", "", "ab", "b", "甲", "ab", "")]
    assert places == [1, 0, 5, 8, 1, 5, 0]
    assert bytes(folded.texts) == "\0甲\0ab\0b\0".encode()


def test_what_version_1_stored_is_read_until_another_build_serves() -> None:
    folded = Folded.load(70000, len(BEFORE_READ), BEFORE)
    assert folded.read() == BEFORE_READ
    assert folded.version == 70000


def test_what_cannot_be_kept_is_refused() -> None:
    folded = Folded()
    with pytest.raises(ValueError, match="zero byte"):
        folded.place("甲\0乙")
    with pytest.raises(struct.error):
        folded.add(1, (DAY, 1, 1), (Slot.FORMAL, 2**31, 0, NO_IDENT))
    with pytest.raises(ValueError, match="form 9"):
        Folded.load(1, 0, b"\x09" + bytes(12))
    assert folded.read() == []


def ordered(some: list[Entry]) -> list[Entry]:
    return sorted(some, key=repr)


def without_voided(some: list[Entry]) -> list[Entry]:
    voided = {value for _, _, slot, value, _, _ in some if slot == Slot.VOID}
    return [entry for entry in some if entry[2] != Slot.VOID and entry[1] not in voided]
