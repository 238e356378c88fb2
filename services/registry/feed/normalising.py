"""A registry's row in its own words becomes ours, or says why it cannot. Pure: the file's texts decide alone."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from services.registry.codes import check_code
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
    faults = [fault for fault in _faults(number, said) if fault is not None]
    founded = _day(number, said.get("founded", ""), faults)
    if faults:
        return faults
    status, word = _status(said.get("status", ""))
    return RegistryRow(
        number, _code(said["code"]), said["name"], status, word, _kind(said.get("kind", "")),
        _code(said.get("parent_code", "")), founded, said.get("authority", ""), said.get("address", ""),
        said.get("industry_code", ""), said.get("province", ""), said.get("area", ""),
    )  # fmt: skip


def _own(text: str) -> str:
    """The plain text; empty for what says nothing."""
    value = plain(text)
    return "" if is_nothing(value) else value


# A file has the same few words of these columns over and over.
_common = lru_cache(maxsize=20_000)(_own)


def _faults(number: int, said: Mapping[str, str]) -> list[Fault | None]:
    found: list[Fault | None] = [code_fault(number, said.get("code", ""))]
    if "name" not in said:
        found.append(Fault(number, "name", "", "name-missing"))
    if "parent_code" in said:
        found.append(code_fault(number, said["parent_code"], "parent_code"))
    found.extend(_free_text(number, column, said[column]) for column in _FREE if column in said)
    return found


def code_fault(number: int, text: str, field: str = "code") -> Fault | None:
    """What is wrong with a credit code, and what it most likely is (domain §6); None when it is right."""
    code = _code(text)
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
    return "".join(text.split()).upper()


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
