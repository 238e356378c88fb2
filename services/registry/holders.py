"""Role holders: name and office telephone, encrypted at rest, masked by default, every reading in clear logged.

No event holds either (design §2); an event names the random holder id, and erasing the row forgets the person.
"""

from __future__ import annotations

import os
from datetime import date
from typing import Annotated, Any, NamedTuple

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from psycopg import AsyncConnection
from pydantic import StringConstraints

from xianfeng.clock import Clock
from xianfeng.store.session import Session

__all__ = ["Holders", "Person", "PersonName", "Phone", "masked"]

PersonName = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=50, pattern=r"^[^\x00-\x1f]*$")
]
Phone = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[0-9+\- ()转#]{3,30}$")]

_NONCE = 12

_PUT = """
insert into holder (holder, subject, sealed, written_at) values (%s, %s, %s, %s)
on conflict (holder) do update
   set subject = excluded.subject, sealed = excluded.sealed, written_at = excluded.written_at
"""


class Person(NamedTuple):
    """A holder in clear. `subject`: the adviser or organisation in whose role the person stands."""

    subject: str
    name: str
    phone: str


class Holders:
    """The holder table of registry's schema. `key`: 32 bytes of AES-256-GCM; the holder id is authenticated too."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def put(self, session: Session, holder: str, *, subject: str, name: str, phone: str | None = None) -> None:
        """Write or replace a row in the command's transaction."""
        sealed = self.seal(holder, name, phone or "")
        session.execute(_PUT, (holder, subject, sealed, session.clock.now()))

    def ended(self, session: Session, holder: str, day: date) -> None:
        """The role ends on that day: from there the time runs after which the row is erased."""
        session.execute("update holder set ended_on = %s where holder = %s", (day, holder))

    def erase(self, session: Session, holder: str) -> None:
        """Forget the person, in the transaction of `holder.erased`."""
        session.execute("delete from holder where holder = %s", (holder,))

    async def find(self, connection: AsyncConnection[Any], holder: str) -> Person | None:
        """The person in clear, None when the row was erased. It leaves only masked, or after `log_reading`."""
        found = await connection.execute("select subject, sealed from holder where holder = %s", (holder,))
        row = await found.fetchone()
        return None if row is None else self._open(holder, row[0], bytes(row[1]))

    async def masked_name(self, connection: AsyncConnection[Any], holder: str) -> str:
        """The name as lists show it, empty when the row was erased."""
        person = await self.find(connection, holder)
        return masked(person)[0] if person else ""

    async def log_reading(
        self, connection: AsyncConnection[Any], holder: str, account: str, reason: str, clock: Clock
    ) -> None:
        """Write down who read a holder in clear, and why, before the answer leaves."""
        await connection.execute(
            "insert into reveal_log (holder, account, reason, at) values (%s, %s, %s, %s)",
            (holder, account, reason, clock.now()),
        )

    async def kept_too_long(self, connection: AsyncConnection[Any], ended_before: date) -> list[tuple[str, str]]:
        """Holder and subject of every row whose role ended before that day: they are to be erased."""
        found = await connection.execute(
            "select holder, subject from holder where ended_on < %s order by holder", (ended_before,)
        )
        return [(str(holder), str(subject)) for holder, subject in await found.fetchall()]

    def seal(self, holder: str, name: str, phone: str) -> bytes:
        """A row's bytes as they are stored."""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, msgspec.json.encode((name, phone)), holder.encode())

    def _open(self, holder: str, subject: str, sealed: bytes) -> Person:
        clear = self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], holder.encode())
        name, phone = msgspec.json.decode(clear)
        return Person(subject, name, phone)


def masked(person: Person) -> tuple[str, str]:
    """Name and telephone as shown by default: 张**, and the last two digits."""
    name = person.name[:1] + "*" * max(len(person.name) - 1, 1)
    phone = "*" * (len(person.phone) - 2) + person.phone[-2:] if person.phone else ""
    return name, phone
