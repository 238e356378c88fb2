"""The words of registries as data: `columns.toml` and `statuses.toml`, read once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from xianfeng.tabular.plain import header_name, plain

__all__ = ["BRANCH", "columns", "is_nothing", "is_person", "status_of", "tidy_word"]

_HERE = Path(__file__).parent
_BRACKETS = re.compile(r"[(（【\[<《].*?[)）】\]>》]|[()（）]")
BRANCH = re.compile("分公司|分支机构|分部|分店|办事处|代表处")
"""Types of company that are a part of another."""


@cache
def _data(name: str) -> Mapping[str, object]:
    return tomllib.loads((_HERE / name).read_text(encoding="utf-8"))


@cache
def columns() -> Mapping[str, str]:
    """Heading, as `header_name` compares it → kept column."""
    kept = _data("columns.toml")["kept"]
    assert isinstance(kept, dict)
    return {header_name(word): column for column, words in kept.items() for word in words}


@cache
def _persons() -> frozenset[str]:
    persons = _data("columns.toml")["persons"]
    assert isinstance(persons, dict)
    return frozenset(header_name(word) for word in persons["names"])


def is_person(heading: str) -> bool:
    """Does a column of this heading tell of a person? Such columns are named and never read."""
    return header_name(_BRACKETS.sub("", heading)) in _persons() or header_name(heading) in _persons()


@cache
def _nothing() -> frozenset[str]:
    nothing = _data("columns.toml")["nothing"]
    assert isinstance(nothing, dict)
    return frozenset(nothing["words"])


def is_nothing(text: str) -> bool:
    """Does a registry say nothing with this text?"""
    return not text or text in _nothing()


def tidy_word(word: str) -> str:
    """A status word as it is compared and remembered."""
    return "".join(plain(word).replace("，", ",").replace("（", "(").replace("）", ")").split())


@cache
def _statuses() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for status, words in _data("statuses.toml").items():
        assert isinstance(words, list)
        found.update({tidy_word(word): status for word in words})
    return found


def status_of(word: str) -> str | None:
    """Our status of a registry's word; None when it stands in no list."""
    tidy = tidy_word(word)
    known = _statuses()
    return known.get(tidy) or known.get(_BRACKETS.sub("", tidy))
