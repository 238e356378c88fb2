"""Rows come column by column; what was not normalised, or does not fit together, is refused and named."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any

import pytest

from proto.xianfeng.registry.v1 import imports_pb2 as pb
from services.registry.feed.requests import read_rows
from services.registry.feed.rows import RegistryRow
from tests.e2e.office import codes
from xianfeng.refusal import Refused

ROWS = [
    RegistryRow(number, code, "甲物业服务有限公司", founded="2001-02-28", address="焦作市解放区民主路1号")
    for number, code in enumerate(islice(codes(4), 3), 2)
]


def message(rows: list[RegistryRow], **more: Any) -> pb.ImportRows:
    columns: Mapping[str, Any] = dict(zip(RegistryRow._fields, zip(*rows, strict=True), strict=True))
    return pb.ImportRows(**{**columns, **more})


def test_rows_are_read_as_they_were_sent() -> None:
    assert read_rows(pb.ImportRows.FromString(message(ROWS).SerializeToString())) == ROWS
    assert read_rows(pb.ImportRows()) == []


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("number", 0), ("code", ROWS[0].code[:-1] + "I"), ("name", ""), ("name", "甲" * 201), ("name", "甲\0"),
        ("status", "gone"), ("kind", "firm"), ("parent_code", "914101000000000000"), ("founded", "2021-02-30"),
        ("founded", "20210228"),
    ],
)  # fmt: skip
def test_the_first_row_that_was_not_normalised_is_named(column: str, value: Any) -> None:
    rows = [ROWS[0], ROWS[1]._replace(**{column: value}), ROWS[2]._replace(**{column: value})]
    with pytest.raises(Refused) as caught:
        read_rows(message(rows))
    assert (caught.value.reason, caught.value.field) == ("import-row", f"rows.{column}")
    assert str(rows[1].number) in caught.value.message


def test_a_word_is_of_an_unknown_status_alone() -> None:
    unknown = ROWS[0]._replace(status="unknown", word="某种状态")
    assert read_rows(message([unknown])) == [unknown]
    with pytest.raises(Refused):
        read_rows(message([unknown._replace(status="active")]))


def test_columns_that_are_not_equally_long_are_refused() -> None:
    with pytest.raises(Refused) as caught:
        read_rows(message(ROWS, area=["焦作"]))
    assert caught.value.reason == "import-order"
