"""A review as bytes and back: what the rows state, what the service answered, and nothing of columns not read."""

from __future__ import annotations

import zlib

import msgspec

from proto.xianfeng.registry.v1 import ledger_pb2 as pb
from services.registry.ledger.file import LedgerFile
from services.registry.ledger.reading import Statement
from services.registry.ledger.review import Review
from xianfeng.tabular import Kind, Reject, Row

__all__ = ["pack", "unpack"]


class _Line(msgspec.Struct, array_like=True):
    """One row. ``cells``: by index, only those that were read."""

    number: int
    cells: dict[int, str]
    kinds: dict[int, str]
    name: str
    code: str
    subject: str
    version: int
    stated: dict[str, str]
    said: dict[str, str]
    rejects: list[tuple[str, str, str, str]]
    notes: list[tuple[str, str]]
    answer: bytes


class _Packed(msgspec.Struct, array_like=True):
    hash: str
    headings: tuple[str, ...]
    read: tuple[int, ...]
    lines: list[_Line]


_DECODER = msgspec.msgpack.Decoder(_Packed)


def pack(review: Review) -> bytes:
    file = review.file
    lines = [_line(one, file.read, review.answers.get(one.number)) for one in file.statements]
    headings = tuple(name if index in file.read else "" for index, name in enumerate(file.headings))
    return zlib.compress(msgspec.msgpack.encode(_Packed(file.hash, headings, file.read, lines)), 1)


def unpack(content: bytes) -> Review:
    """Its lines that are no rows and its columns are not kept: they were told when it was read."""
    packed = _DECODER.decode(zlib.decompress(content))
    file = LedgerFile(packed.hash, packed.headings, packed.read, [_statement(line) for line in packed.lines])
    answers = {line.number: pb.LedgerAnswer.FromString(line.answer) for line in packed.lines if line.answer}
    return Review(file, answers)


def _line(one: Statement, read: tuple[int, ...], answer: pb.LedgerAnswer | None) -> _Line:
    cells = {index: text for index in read if (text := one.row.cell(index))}
    kinds = {index: str(kind) for index, kind in one.row.kinds.items() if index in read}
    rejects = [(reject.field, reject.value, reject.reason, reject.remedy) for reject in one.rejects]
    return _Line(
        one.number, cells, kinds, one.name, one.code, one.subject, one.version, one.stated, one.said, rejects,
        one.notes, answer.SerializeToString() if answer is not None else b"",
    )  # fmt: skip


def _statement(line: _Line) -> Statement:
    width = max(line.cells, default=-1) + 1
    row = Row(
        line.number, tuple(line.cells.get(index, "") for index in range(width)),
        {index: Kind(kind) for index, kind in line.kinds.items()},
    )  # fmt: skip
    return Statement(
        row, line.name, line.code, line.subject, line.version, line.stated, line.said,
        [Reject(*reject) for reject in line.rejects], line.notes,
    )  # fmt: skip
