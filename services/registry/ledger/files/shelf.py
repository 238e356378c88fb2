"""Where files handed in wait: registry's table. An old one is taken away when another comes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from services.registry.ledger.plan import fault
from services.registry.ledger.sending import Meant
from xianfeng.store.pool import Pool

__all__ = ["Kept", "Shelf"]

KEPT = timedelta(days=30)
_MOST_LISTED = 20
_HEAD = "id, unit, account, name, state, begun, effective, count_source, mapping, reading, numbers, problem, acting"
_INSERT = f"""
insert into ledger_file ({_HEAD}, content) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_TURN = "update ledger_file set state = %s, acting = %s where id = %s and state = any(%s)"
_SAVE = """
update ledger_file set state = %s, numbers = %s, content = coalesce(%s, content), problem = %s
 where id = %s and state = %s
"""
_LISTED = f"select {_HEAD} from ledger_file where unit = %s and state <> 'discarded' order by begun desc limit %s"


@dataclass(frozen=True)
class Kept:
    """One file. `reading`: how it was understood; `numbers`: what its check or application came to.

    `acting`: the account whose call began what is being done with it.
    """

    id: str
    unit: str
    account: str
    name: str
    state: str
    begun: datetime
    effective: date
    count_source: str
    mapping: str
    reading: dict[str, Any]
    numbers: dict[str, int]
    problem: str
    acting: str

    @property
    def meant(self) -> Meant:
        """How its rows are meant. Each file handed in is one by itself: what its check shows is what will be done."""
        return Meant(self.unit, self.effective.isoformat(), self.id, self.count_source)


class Shelf:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def put(self, kept: Kept, content: bytes) -> None:
        """Keep a new file, and forget those that are too old."""
        values = (
            kept.id, kept.unit, kept.account, kept.name, kept.state, kept.begun, kept.effective, kept.count_source,
            kept.mapping, _json(kept.reading), _json(kept.numbers), kept.problem, kept.acting, content,
        )  # fmt: skip
        async with self._pool.connection() as connection:
            await connection.execute("delete from ledger_file where begun < %s", (kept.begun - KEPT,))
            await connection.execute(_INSERT, values)

    async def get(self, id: str) -> Kept:
        """Raises Refused (unknown)."""
        async with self._pool.connection() as connection:
            row = await (await connection.execute(f"select {_HEAD} from ledger_file where id = %s", (id,))).fetchone()
        if row is None:
            raise fault("file-unknown", field="id", kind="unknown", id=id)
        return _kept(row)

    async def content(self, id: str) -> bytes:
        async with self._pool.connection() as connection:
            row = await (await connection.execute("select content from ledger_file where id = %s", (id,))).fetchone()
        return bytes(row[0]) if row else b""

    async def turn(self, id: str, state: str, acting: str, *, of: Sequence[str]) -> None:
        """Go on to a state, as this account's doing. Raises Refused when the file does not stand in one `of` these."""
        async with self._pool.connection() as connection:
            done = await connection.execute(_TURN, (state, acting, id, list(of)))
            if done.rowcount != 1:
                raise fault("file-state", field="id")

    async def save(
        self, kept: Kept, state: str, numbers: dict[str, int], content: bytes | None, problem: str = ""
    ) -> None:
        """Keep what came of it (no content: that stays). Raises Refused when somebody went on with it meanwhile."""
        async with self._pool.connection() as connection:
            done = await connection.execute(_SAVE, (state, _json(numbers), content, problem, kept.id, kept.state))
            if done.rowcount != 1:
                raise fault("file-state", field="id", kind="refused")

    async def listed(self, unit: str) -> list[Kept]:
        """The newest first, at most twenty."""
        async with self._pool.connection() as connection:
            rows = await (await connection.execute(_LISTED, (unit, _MOST_LISTED))).fetchall()
        return [_kept(row) for row in rows]


def _kept(row: Sequence[Any]) -> Kept:
    return Kept(str(row[0]), *row[1:])


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
