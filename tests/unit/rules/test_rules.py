"""Rule files: what a good one compiles to, and how a bad one is refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xianfeng.rules import RuleError, RuleSet, load_rules

HENAN = Path(__file__).parents[3] / "rules" / "henan-2021-203.toml"

GOOD = """
name = "small"
document = "文件"
title = "标题"
start = 2021-07-08

[parameters]
threshold = { value = 3, clause = "a", says = "人数" }
strict = { value = true, clause = "a", says = "从严" }
last = { value = 2021-12-31, clause = "a", says = "期限" }

[clauses]
a = "甲"

[dues.deadline]
deadline = "@last"
days = 90

[[facts]]
name = "open"
flag = true
[[facts]]
name = "form"
words = ["", "joint"]
[[facts]]
name = "members"
cuts = [1, "@threshold"]

[[statuses]]
value = "covered"
clause = "a"
text = "联合"
when = [{ form = "joint" }]
[[statuses]]
value = "none"
clause = "a"
text = "其余"
when = [{}]

[[duties]]
value = "form"
clause = "a"
text = "满{threshold}人"
due = "deadline"
when = [{ status = "none", members = ">=@threshold", open = true }, { "@strict" = false }]
[[duties]]
value = ""
clause = "a"
text = "其余"
when = [{}]
"""


def loaded(tmp_path: Path, text: str) -> RuleSet:
    path = tmp_path / "small.toml"
    path.write_text(text, encoding="utf-8")
    return load_rules(path)


@pytest.mark.parametrize(
    ("facts", "answer"),
    [
        ({"open": True, "form": "", "members": 3}, ("none", "form")),
        ({"open": True, "form": "", "members": 2}, ("none", "")),
        ({"open": True, "form": "", "members": None}, ("none", "")),
        ({"open": False, "form": "", "members": 9}, ("none", "")),
        ({"open": True, "form": "joint", "members": 3}, ("covered", "")),
    ],
)
def test_the_first_row_that_holds_decides(
    tmp_path: Path, facts: dict[str, bool | str | int | None], answer: tuple[str, str]
) -> None:
    rules = loaded(tmp_path, GOOD)
    cell = rules.cell(rules.index(**facts))
    assert (cell.status, cell.duty) == answer


def test_a_parameter_moves_the_threshold(tmp_path: Path) -> None:
    rules = loaded(tmp_path, GOOD.replace("value = 3", "value = 5"))
    assert rules.cell(rules.index(open=True, form="", members=4)).duty == ""
    assert rules.cell(rules.index(open=True, form="", members=5)).duty == "form"
    assert [row.text for row in rules.duties] == ["满5人", "其余"]


def test_a_due_day_is_the_deadline_or_counted_from_since(tmp_path: Path) -> None:
    due = loaded(tmp_path, GOOD).dues["deadline"]
    assert due.day(date(2021, 12, 31), None) == date(2021, 12, 31)
    assert due.day(date(2022, 1, 1), None) == date(2022, 4, 1)


@pytest.mark.parametrize(
    ("good", "bad", "place", "words"),
    [
        ("name = \"small\"", "name = ", "TOML", "TOML"),
        ("start = 2021-07-08", "start = \"gestern\"", "start", "date"),
        ("clause = \"a\"\ntext = \"联合", "clause = \"b\"\ntext = \"联合", "statuses[1] clause", "“b”"),
        ("text = \"联合\"", "text = \" \"", "statuses[1] text", "text"),
        ("text = \"联合\"\n", "", "statuses[0]", "text"),
        ("{threshold}", "{treshold}", "duties[1] text", "“treshold”"),
        ("{ form = \"joint\" }", "{ from = \"joint\" }", "statuses[1] when[1]", "“from”"),
        ("{ form = \"joint\" }", "{ form = \"join\" }", "statuses[1] when[1]", "“joint”"),
        ("{ form = \"joint\" }", "{ status = \"none\" }", "statuses[1] when[1]", "status"),
        ("status = \"none\"", "status = \"non\"", "duties[1] when[1]", "“non”"),
        (">=@threshold", ">=2", "duties[1] when[1]", ">=3"),
        (">=@threshold", ">=@treshold", "duties[1] when[1]", "“treshold”"),
        ("\"@strict\" = false", "\"@strict\" = \"no\"", "duties[1] when[2]", "“strict”"),
        ("due = \"deadline\"", "due = \"later\"", "duties[1] due", "“later”"),
        ("days = 90", "days = \"90\"", "dues.deadline", "90"),
        ("days = 90", "", "dues.deadline", "until_of"),
        ("cuts = [1, \"@threshold\"]", "cuts = [0]", "facts[3] cuts", "0"),
        ("flag = true", "flag = true\nwords = [\"a\"]", "facts[1]", "flag"),
        ("text = \"其余\"\nwhen = [{}]", "text = \"其余\"\nwhen = [{ open = true }]", "statuses[2] when", "when = [{}]"),
        ("value = \"covered\"", "worth = 1\nvalue = \"covered\"", "statuses[0]", "worth"),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_where_it_is_bad(tmp_path: Path, good: str, bad: str, place: str, words: str) -> None:
    assert good in GOOD
    with pytest.raises(RuleError) as refused:
        loaded(tmp_path, GOOD.replace(good, bad, 1))
    assert "small.toml" in str(refused.value)
    assert place in str(refused.value)
    assert words in str(refused.value)


henan = load_rules(HENAN)
counts = st.one_of(st.none(), st.integers(0, 9))
facts = st.fixed_dictionaries(
    {name: st.sampled_from(fact.values) if fact.values else counts for name, fact in henan.facts.items()}
)


@given(facts)
def test_henan_every_combination_has_one_answer(values: dict[str, bool | str | int | None]) -> None:
    index = henan.index(**values)
    assert 0 <= index < len(henan.table)
    cell = henan.cell(index)
    assert cell.status_clause in henan.clauses
    assert cell.duty_clause in henan.clauses
    assert (cell.status == "inactive") == (values["registry_status"] in ("suspended", "revoked", "deregistered"))


def test_other_parameters_give_other_answers(tmp_path: Path) -> None:
    text = HENAN.read_text(encoding="utf-8")
    block = "[parameters.own_required_when_joint]\nvalue = "
    assert block + "false" in text
    strict = loaded(tmp_path, text.replace(block + "false", block + "true"))
    values = {name: fact.values[0] if fact.values else None for name, fact in henan.facts.items()}
    values |= {"in_scope": True, "membership": "joint", "formal": 3}
    assert henan.cell(henan.index(**values)).duty == ""
    assert strict.cell(strict.index(**values)).duty == "form_organisation"
