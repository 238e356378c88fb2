"""Frames say what the page says, and a difference added to what was there is the whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.console.assets import Assets
from services.console.frames import Frame, Renderer, live_elements
from services.console.templating import Pages
from services.console.views.overview import overview
from tests.integration.console.fake_services import World

ELEMENTS = st.dictionaries(st.sampled_from("abcdef"), st.text(max_size=5))


@pytest.fixture
def pages(tmp_path: Path) -> Pages:
    for name in ("tabler.min.css", "htmx.min.js"):
        (tmp_path / "library" / "1").mkdir(parents=True, exist_ok=True)
        (tmp_path / "library" / "1" / name).write_text("")
    return Pages(Assets(tmp_path))


def test_every_live_element_of_the_page_is_in_the_frame(pages: Pages) -> None:
    answer = World().overview("unit-410800")
    answer.figures.unit.name = answer.children[0].unit.name = "<b>\"&'</b>"
    html = pages.text("parts/numbers.html", view=overview(answer))
    frame = Renderer(pages)(answer)
    assert html.count(" data-live") == len(frame.elements)
    assert frame.elements == live_elements(html)
    assert all(html.count(f'id="{name}"') == 1 for name in frame.elements)


def test_a_frame_is_one_event_on_one_line(pages: Pages) -> None:
    lines = Renderer(pages)(World().overview("unit-41")).whole.decode().split("\n")
    assert lines[0] == "event: unit-41"
    assert lines[1].startswith("data: {")
    assert lines[2:] == ["", ""]


@given(ELEMENTS, ELEMENTS)
def test_a_difference_added_to_what_was_there_is_the_whole(before: dict[str, str], after: dict[str, str]) -> None:
    older, newer = Frame("u", "s", before), Frame("u", "s", {**before, **after})
    change = newer.since(older)
    told = json.loads(change.decode().split("data: ")[1])["live"] if change else {}
    assert {**before, **told} == newer.elements
    assert all(before.get(name) != html for name, html in told.items())
