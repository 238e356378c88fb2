"""Which recorded facts an account can put right, take out, or move to another enterprise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.console.entry.knowing import Known
from services.console.entry.offers import is_offered
from services.console.session import Reader

__all__ = ["Correctable", "correctable"]

VOID, MOVE = "VoidFact", "MoveFact"


@dataclass(frozen=True)
class Correctable:
    """A recorded fact, and the command that puts it right; whether it can be taken out or moved."""

    line: Any
    maker: str
    voids: bool
    moves: bool


def correctable(reader: Reader, known: Known) -> list[Correctable]:
    """The facts, newest first, with which something can be done; voided ones are done with."""

    def offers(command: str) -> bool:
        return command in known.table.actions and is_offered(reader, known, command)

    voids, moves, found = offers(VOID), offers(MOVE), []
    for line in known.lines:
        if line.voided:
            continue
        wrong, maker = known.can_be_wrong(line), known.table.maker(line.type)
        one = Correctable(line, maker if maker and offers(maker) else "", wrong and voids, wrong and moves)
        if one.maker or one.voids or one.moves:
            found.append(one)
    return found[::-1]
