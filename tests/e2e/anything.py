"""Requests of any shape: a hypothesis strategy for any message, read from its descriptor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from hypothesis import strategies as st

__all__ = ["BAD_NUMBERS", "BAD_TEXTS", "anything"]

BAD_TEXTS = (
    "\0", "%", "'; drop table claim; --", "2021-02-30", "9999-12-31", "0001-01-01", "ent-", "unit-", "-", "9" * 18,
    "410101199001011234", "\u202e\ufeff", "党" * 5_000,
)  # fmt: skip
BAD_NUMBERS = (-1, 2**31 - 1, -(2**31), 2**63 - 1, -(2**63))
_INTEGERS = {
    FieldDescriptor.CPPTYPE_INT32: (-(2**31), 2**31 - 1),
    FieldDescriptor.CPPTYPE_INT64: (-(2**63), 2**63 - 1),
    FieldDescriptor.CPPTYPE_UINT32: (0, 2**32 - 1),
    FieldDescriptor.CPPTYPE_UINT64: (0, 2**64 - 1),
    FieldDescriptor.CPPTYPE_ENUM: (-(2**31), 2**31 - 1),
}
_DEPTH = 4


def anything(message: Descriptor, likely: Sequence[str] = (), depth: int = 0) -> st.SearchStrategy[dict[str, Any]]:
    """Fields of a message, each stated or not; texts are wild, huge, or one of `likely`, which may lead deeper."""
    fields = {} if depth == _DEPTH else {field.name: _field(field, likely, depth) for field in message.fields}
    return st.fixed_dictionaries({}, optional=fields)


def _field(field: FieldDescriptor, likely: Sequence[str], depth: int) -> st.SearchStrategy[Any]:
    kind = field.message_type
    if kind is not None and kind.GetOptions().map_entry:
        key, value = kind.fields
        return st.dictionaries(_value(key, likely, depth), _value(value, likely, depth), max_size=3)
    value = _value(field, likely, depth)
    return st.lists(value, max_size=3) if field.is_repeated else value


def _value(field: FieldDescriptor, likely: Sequence[str], depth: int) -> st.SearchStrategy[Any]:
    if field.type == FieldDescriptor.TYPE_STRING:
        return _texts(likely)
    if field.type == FieldDescriptor.TYPE_BYTES:
        return st.binary(max_size=100) | st.integers(0, 10**6).map(bytes)
    if field.cpp_type == FieldDescriptor.CPPTYPE_MESSAGE:
        return anything(field.message_type, likely, depth + 1)
    if field.cpp_type == FieldDescriptor.CPPTYPE_BOOL:
        return st.booleans()
    if field.cpp_type in _INTEGERS:
        return st.integers(*_INTEGERS[field.cpp_type]) | st.integers(0, 20)
    return st.floats(width=32)


def _texts(likely: Sequence[str]) -> st.SearchStrategy[str]:
    # protobuf itself refuses lone surrogates: they never reach the wire.
    wild = st.text(st.characters(codec="utf-8"), max_size=100)
    huge = st.builds(lambda letter, n: letter * n, st.sampled_from("a党\u0301"), st.sampled_from((201, 5_000, 300_000)))
    known = st.sampled_from((*likely, *BAD_TEXTS))
    return known | known | wild | huge
