"""A registry's row in its own words becomes ours, or says why it cannot. Pure: the file's texts decide alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from services.registry.codes import check_code, is_right
from services.registry.feed.faults import Fault, cut
from services.registry.feed.rows import RegistryRow
from services.registry.feed.vocabulary import BRANCH, columns, is_nothing, status_of, tidy_word
from xianfeng.privacy import holds_personal_number
from xianfeng.refusal import Refused
from xianfeng.tabular.days import NotADay, day_of
from xianfeng.tabular.plain import header_name, plain

__all__ = ["LONGEST", "normalise", "normalise_record"]

LONGEST = 200
"""Characters of a free text that an event takes."""
_WORD = 40
_OLD_NUMBERS = (13, 15)
_OWN = frozenset({"code", "name", "address"})
_FREE = ("name", "authority", "address", "industry_code")


def normalise_record(record: Mapping[str, str], number: int = 0) -> RegistryRow | list[Fault]:
    """The row of one record whose keys are headings as registries write them. Columns not kept are not looked at."""
    kept = columns()
    return normalise(number, {kept[name]: text for key, text in record.items() if (name := header_name(key)) in kept})


def normalise(number: int, texts: Mapping[str, str]) -> RegistryRow | list[Fault]:
    """The row of these texts by kept column; else every fault that was found."""
    said = {
        column: value
        for column, text in texts.items()
        if text and (value := _own(text) if column in _OWN else _common(text))
    }
    get = said.get
    code, parent = _code(get("code", "")), _code(get("parent_code", ""))
    faults = list(_faults(number, code, parent, said))
    founded = _day(number, get("founded", ""), faults)
    if faults:
        return faults
    status, word = _status(get("status", ""))
    return RegistryRow(
        number, code, said["name"], status, word, _kind(get("kind", "")), parent, founded, get("authority", ""),
        get("address", ""), get("industry_code", ""), get("province", ""), get("area", ""),
    )  # fmt: skip


def _own(text: str) -> str:
    """The plain text; empty for what says nothing."""
    value = plain(text)
    return "" if is_nothing(value) else value


# A file has the same few words of these columns over and over.
_common = lru_cache(maxsize=20_000)(_own)


def _faults(number: int, code: str, parent: str, said: Mapping[str, str]) -> Iterator[Fault]:
    if fault := code_fault(number, code):
        yield fault
    if "name" not in said:
        yield Fault(number, "name", "", "name-missing")
    if parent and (fault := code_fault(number, parent, "parent_code")):
        yield fault
    for column in _FREE:
        if column in said and (fault := _free_text(number, column, said[column])):
            yield fault


def code_fault(number: int, code: str, field: str = "code") -> Fault | None:
    """What is wrong with a credit code, and what it most likely is (domain §6); None when it is right."""
    if is_right(code):
        return None
    if not code:
        return Fault(number, field, "", "code-missing")
    if code.isdecimal() and len(code) in _OLD_NUMBERS:
        return Fault(number, field, code, "code-old", str(len(code)))
    if "E+" in code or (code.isdecimal() and len(code) > 18):
        return Fault(number, field, cut(code), "code-number")
    try:
        check_code(code)
    except Refused as refused:
        return Fault(number, field, cut(code), refused.reason)
    return None


def _code(text: str) -> str:
    return "".join(text.split()).upper() if text else ""


def _free_text(number: int, column: str, value: str) -> Fault | None:
    if len(value) > LONGEST:
        return Fault(number, column, cut(value), "text-long", str(LONGEST))
    # The value of such a cell is not repeated anywhere.
    return Fault(number, column, "", "text-personal") if holds_personal_number(value) else None


def _day(number: int, text: str, faults: list[Fault]) -> str:
    """The ISO day; a text that is none is added to the faults."""
    try:
        return _iso_day(text) if text else ""
    except NotADay as fault:
        faults.append(Fault(number, "founded", cut(text), f"day-{fault.reason}"))
        return ""


@lru_cache(maxsize=20_000)
def _iso_day(text: str) -> str:
    return day_of(text).isoformat()


@lru_cache(maxsize=1_000)
def _status(word: str) -> tuple[str, str]:
    """Our status, and the registry's word where a person has to say what it means. Nothing said means active."""
    if not word:
        return "active", ""
    known = status_of(word)
    return (known, "") if known else ("unknown", tidy_word(word)[:_WORD])


@lru_cache(maxsize=1_000)
def _kind(text: str) -> str:
    if not text:
        return ""
    return "branch_office" if BRANCH.search(text) else "legal_person"
