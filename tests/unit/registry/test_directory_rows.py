"""What a list shows of a subject, and how a person is sealed and masked."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.directory import LISTED, entry_of
from services.registry.holders import Person, masked
from tests.histories.folding import RECORDED, load
from xianfeng.names import fold_name

DAY = date(2022, 2, 15)


def entry(kind: str, day: date = DAY):  # type: ignore[no-untyped-def]
    events = load(RECORDED / f"{kind}.jsonl")
    return entry_of(LISTED[kind](events[0].originator_id).replay(events), 0, day)


def test_an_enterprise_names_its_adviser_and_its_organisation() -> None:
    kinds = [subject.partition("-")[0] for subject in entry("enterprise").names]
    assert kinds == ["adv"]
    assert [name.partition("-")[0] for name in entry("enterprise", date(2022, 3, 2)).names] == ["org"]


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ("organisation", date(2022, 8, 31), date(2022, 9, 1)),
        ("committee", date(2022, 8, 31), date(2022, 9, 1)),
        ("project", date(2022, 9, 1), date(2022, 9, 2)),
        ("adviser", date(2022, 4, 30), date(2022, 5, 1)),
    ],
)
def test_it_ends_on_its_day(kind: str, before: date, after: date) -> None:
    assert (entry(kind, before).ended, entry(kind, after).ended) == (False, True)


def test_before_its_first_day_it_shows_its_first_values() -> None:
    future = entry("project", date(2020, 1, 1))
    assert (future.name, future.view, future.ended) == ("锦绣花园", {}, False)
    assert future.next_change == date(2022, 1, 10)


@given(st.text())
def test_a_folded_name_folds_to_itself_and_has_no_blanks(name: str) -> None:
    folded = fold_name(name)
    assert not any(char.isspace() for char in folded)
    assert fold_name(fold_name(folded)) == fold_name(folded)


def test_full_width_and_case_do_not_matter() -> None:
    assert fold_name("ＡＢＣ 物业　（集团）") == fold_name("abc物业(集团)")


@given(st.text(min_size=1, max_size=50), st.text("0123456789", min_size=3, max_size=30))
def test_a_mask_keeps_one_character_of_a_name_and_two_of_a_telephone(name: str, phone: str) -> None:
    shown, number = masked(Person("adv-1", name, phone))
    assert shown[1:] == "*" * (len(shown) - 1)
    assert len(shown) > 1
    assert number[:-2] == "*" * (len(phone) - 2)
