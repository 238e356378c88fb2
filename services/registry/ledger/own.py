"""The ledger that this system exports: its columns, its rows, and reading it back.

Beside what people see each row bears, in hidden columns, its enterprise and what the export said: only a cell that
says otherwise states something, however the rows were sorted, cut or copied meanwhile.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from services.registry.ledger.fields import CLEAR, FIELDS, IDENTITY, ORIENTING, YES, Values
from services.registry.ledger.reading import Statement
from services.registry.ledger.words import heading, in_cell, shown
from xianfeng.tabular import Header, Row, Unreadable, find_header, plain
from xianfeng.words import say

if TYPE_CHECKING:
    from xianfeng.tabular import Column, Table

__all__ = ["cells_of", "columns", "find_own_header", "own_statements"]

_BEFORE = ("unit", "registry_status", "kind", "founded", "address")
_ORDER = (*IDENTITY, *_BEFORE, *FIELDS, "not_ready_state")
_HIDDEN = ("subject", "version", "said")
_LOCKED = {*IDENTITY, *ORIENTING}


def columns() -> list[Column]:
    """In the order of `cells_of`; what only the system fills in is marked."""
    from xianfeng.tabular import Column

    seen = [Column(heading(key), note=_note(key), choices=_choices(key), locked=key in _LOCKED) for key in _ORDER]
    return [*seen, *(Column(heading(key), hidden=True, locked=True) for key in _HIDDEN)]


def cells_of(subject: str, version: int, values: Mapping[str, str]) -> list[str]:
    """One row of the workbook."""
    said = json.dumps({key: values[key] for key in _ORDER if key in values}, ensure_ascii=False, separators=(",", ":"))
    return [*(in_cell(key, values.get(key, "")) for key in _ORDER), subject, str(version), said]


def find_own_header(table: Table) -> Header | None:
    """The headings, when the workbook is one that this system exported."""
    try:
        header = find_header(table.rows(), {heading(key): key for key in (*_ORDER, *_HIDDEN)})
    except Unreadable:
        return None
    return None if header.missing(_HIDDEN) else header


def own_statements(table: Table, header: Header) -> Iterator[Statement]:
    """What each row states otherwise than the export said."""
    for row in header.below(table.rows()):
        yield _statement(row, header)


def _statement(row: Row, header: Header) -> Statement:
    def cell(key: str) -> str:
        return row.cell(header.columns[key]) if key in header.columns else ""

    said = _said(cell("said"))
    found = Statement(row, name=plain(cell("name")), code=plain(cell("code")), subject=cell("subject").strip())
    found.version = int(cell("version")) if cell("version").isdecimal() and found.subject else 0
    for key, index in header.columns.items():
        exported, text = said.get(key, ""), row.cell(index)
        if not plain(text) or plain(text) == plain(in_cell(key, exported)):
            continue
        if key in FIELDS:
            found.take(key, index, text)
        elif key in _LOCKED and found.version:
            found.notes.append((key, say("ledger.note.locked", column=heading(key))))
    if found.version:
        # What says the same in other words (2021/7/1 for 2021-07-01) states nothing.
        found.stated = {key: value for key, value in found.stated.items() if not _same(value, said.get(key, ""))}
        found.said = {key: said[key] for key in (*found.stated, "organisation") if key in said}
    return found


def _same(stated: str, said: str) -> bool:
    return plain(stated) == plain(said) or (stated == CLEAR and not said) or (stated == "any" and bool(said))


def _said(text: str) -> Values:
    try:
        found = json.loads(text) if text else {}
    except ValueError:
        return {}
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}


def _choices(key: str) -> tuple[str, ...]:
    field = FIELDS.get(key)
    if field is None or field.kind not in ("choice", "mark"):
        return ()
    values = (*field.choices, CLEAR) if field.kind == "choice" else (YES, CLEAR)
    return tuple(shown(key, value) for value in values if value != CLEAR or field.clears)


def _note(key: str) -> str:
    if key in _LOCKED:
        return say("ledger.note.system")
    field = FIELDS[key]
    return say("ledger.note.clears" if field.clears else f"ledger.note.{field.kind}")
