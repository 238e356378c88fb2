"""Lists of one kind of subject under a unit, by name, page by page, from the directory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from google.protobuf.json_format import ParseDict
from google.protobuf.struct_pb2 import Struct
from psycopg import sql

from proto.xianfeng.registry.v1 import queries_pb2 as pb
from services.registry.queries.reading import Moment
from services.registry.queries.request import Trees, below, count, read_unit, short, unit_name
from services.registry.queries.tokens import read_token, token_of
from xianfeng.names import fold_name
from xianfeng.rpc.caller import Principal
from xianfeng.units import TreeOfDay

__all__ = ["page"]

_PAGE, _MOST = 50, 1000
_OF_TEXT = " and (strpos(name_folded, %(text)s) > 0 or code = %(code)s)"
_OF_MEMBERS = " and names @> array[%(member_of)s]"
_ALIVE = " and not ended"
_CHOSEN = "kind = %(kind)s"
_UNDER = " and unit = any(%(units)s)"
_ROWS = """
select subject, kind, code, name, unit, ended, version, view, name_folded from {table}
 where {chosen} and (name_folded, subject) > (%(after_name)s, %(after_subject)s)
 order by name_folded, subject limit %(limit)s
"""
_TOTAL = "select count(*) from {table} where {chosen}"


async def page(moment: Moment, trees: Trees, kind: str, request: pb.ListRequest, caller: Principal) -> pb.ListResponse:
    """One page of subjects placed under the unit today. Raises Refused for what cannot be asked."""
    size = count(request.page_size, _PAGE, _MOST, "page_size")
    name, subject = read_token(request.page_token, tuple[str, str]) if request.page_token else ("", "")
    table, day = await moment.directory()
    tree = trees.on(day)
    under = below(tree, read_unit(tree, request.unit, caller, "unit"))
    text = short(request.text, "text")
    values = {
        "kind": kind, "units": under, "text": fold_name(text), "code": text.upper(),
        "member_of": short(request.member_of, "member_of"), "after_name": name, "after_subject": subject,
        "limit": size + 1,
    }  # fmt: skip
    chosen = sql.SQL(_conditions(request, filtered=under is not None))
    rows = await _fetch(moment, sql.SQL(_ROWS).format(table=table, chosen=chosen), values)
    total = await _fetch(moment, sql.SQL(_TOTAL).format(table=table, chosen=chosen), values)
    more = token_of((rows[size - 1][8], rows[size - 1][0])) if len(rows) > size else ""
    return pb.ListResponse(
        rows=[_row(tree, row) for row in rows[:size]], next_page_token=more, total=total[0][0], day=day.isoformat(),
        demonstration=tree.demonstration,
    )  # fmt: skip


def _conditions(request: pb.ListRequest, *, filtered: bool) -> str:
    parts = [_CHOSEN, _UNDER] if filtered else [_CHOSEN]
    parts += [_OF_TEXT] if request.text.strip() else []
    parts += [_OF_MEMBERS] if request.member_of.strip() else []
    return "".join(parts if request.ended else [*parts, _ALIVE])


async def _fetch(moment: Moment, query: sql.Composed, values: dict[str, Any]) -> Sequence[tuple[Any, ...]]:
    return await (await moment.connection.execute(query, values)).fetchall()


def _row(tree: TreeOfDay, row: tuple[Any, ...]) -> pb.Row:
    subject, kind, code, name, unit, ended, version, view, _ = row
    return pb.Row(
        subject=subject, kind=kind, code=code, name=name, unit=unit_name(tree, unit), ended=ended, version=version,
        facts=ParseDict(view, Struct()),
    )  # fmt: skip
