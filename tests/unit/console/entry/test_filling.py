"""What was typed becomes the command's request; what cannot be read is said at its field."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.console.entry.fields import fields_of
from services.console.entry.filling import Faults, digest_of, request_of
from services.console.entry.state import Typed
from services.console.entry.table import table

TEXTS = st.text(st.characters(codec="utf-8"), max_size=60)


def filled(command: str, **typed: str) -> tuple[object, Faults]:
    fields = fields_of(table("enterprise"), command, "administrator", {})
    return request_of(command, {"enterprise": "ent-1"}, fields, typed, {"command_id": "a-command-id"})


def test_states_only_what_was_typed() -> None:
    request, faults = filled("CountMembers", formal=" 3 ", probationary="", source="community_verified")
    assert not faults
    assert request.formal == 3  # type: ignore[attr-defined]
    assert not request.HasField("probationary")  # type: ignore[attr-defined]
    assert request.meta.command_id == "a-command-id"  # type: ignore[attr-defined]


def test_zero_is_a_number_and_no_is_an_answer() -> None:
    counted, _ = filled("CountMembers", formal="0")
    assert counted.HasField("formal")  # type: ignore[attr-defined]
    proposed, _ = filled("ProposeScope", in_scope="false")
    assert proposed.HasField("in_scope")  # type: ignore[attr-defined]
    assert not proposed.in_scope  # type: ignore[attr-defined]


def test_says_at_the_field_what_cannot_be_read() -> None:
    for text in ("-1", "三", "1.5", "³", "9" * 12):
        assert "不是整数" in filled("CountMembers", formal=text)[1]["formal"]
    for text in ("2026-02-30", "2026/01/01", "20260101", "明天"):
        assert "年-月-日" in filled("PlanRecruiting", until=text)[1]["until"]


def test_several_successors_stand_apart() -> None:
    request, _ = filled("SucceedEnterprise", successors="A，B, C")
    assert list(request.successors) == ["A", "B", "C"]  # type: ignore[attr-defined]


def test_a_correction_states_no_day_of_its_own() -> None:
    typed = Typed.of({"effective": "2026-01-01", "correction_of": "an-event", "correction_reason": "录错", "act": "x"})
    assert typed.meta("CountMembers")["effective"] == ""
    assert typed.act == "x"
    assert "act" not in typed.values


def test_the_same_form_is_the_same_command_until_a_value_changes() -> None:
    def id_of(**values: str) -> str:
        return str(Typed.of({"command_id": "form-1", **values}).meta("CountMembers")["command_id"])

    assert id_of(formal="3") == id_of(formal="3", act="save", checked="x", version="7", token="y")
    assert len({id_of(formal="3"), id_of(formal="4"), id_of(formal="3", command_id="form-2")}) == 3


@given(st.dictionaries(st.sampled_from(["formal", "probationary", "elsewhere", "source", "effective"]), TEXTS))
def test_any_text_is_taken_or_said(typed: dict[str, str]) -> None:
    _, faults = filled("CountMembers", **{name: text for name, text in typed.items() if name != "effective"})
    assert all(faults.values())


@given(st.dictionaries(TEXTS, TEXTS, max_size=4), st.dictionaries(TEXTS, TEXTS, max_size=4))
def test_only_the_same_values_are_what_was_checked(one: dict[str, str], other: dict[str, str]) -> None:
    stripped = [{name: text.strip() for name, text in values.items()} for values in (one, other)]
    assert (digest_of("CountMembers", one) == digest_of("CountMembers", other)) == (stripped[0] == stripped[1])
