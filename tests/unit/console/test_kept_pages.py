"""Kept pages: rendered once for all who are shown the same, each with the reader's own words, escaped."""

from __future__ import annotations

from collections.abc import Mapping

from proto.xianfeng.coverage.v1 import coverage_pb2 as pb
from services.console.kept_pages import KeptPages, digest


class Rendered:
    def __init__(self) -> None:
        self.times = 0

    def __call__(self, own: Mapping[str, str]) -> str:
        self.times += 1
        return f"<b>{own['handle']}</b> 42 <i>{own['correlation']}</i> {own['handle']}"


def own(handle: str, correlation: str = "c") -> dict[str, str]:
    return {"handle": handle, "correlation": correlation}


def test_each_reader_is_given_their_own_words_in_one_rendering() -> None:
    pages, render = KeptPages(), Rendered()
    assert pages.get("key", own("甲", "1"), render) == "<b>甲</b> 42 <i>1</i> 甲"
    assert pages.get("key", own("<乙>", "2"), render) == "<b>&lt;乙&gt;</b> 42 <i>2</i> &lt;乙&gt;"
    assert render.times == 1
    pages.get("another", own("甲"), render)
    assert render.times == 2


def test_no_more_than_so_many_are_kept() -> None:
    pages, render = KeptPages(most=2), Rendered()
    for key in ("a", "b", "a", "c", "a", "b"):
        pages.get(key, own("甲"), render)
    assert render.times == 4


def test_only_what_an_answer_says_tells_it_apart() -> None:
    def said(registered: int, position: int) -> bytes:
        basis = pb.Basis(positions={0: position}, business_date="2026-03-02")
        return digest(pb.OverviewResponse(figures=pb.Figures(registered=registered), basis=basis))

    assert said(1, 10) == said(1, 20)
    assert said(1, 10) != said(2, 10)
