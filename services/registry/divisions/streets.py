"""Streets and towns as rows. They have no history of their own: each stands from the day its county does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from services.registry.divisions.rows import STREET, UnitRow, unit_id
from services.registry.divisions.tables import Street

__all__ = ["street_rows"]


def street_rows(
    streets: Iterable[Street], begun: Mapping[str, tuple[str, date]], moves: Mapping[str, tuple[str, date]]
) -> Iterator[UnitRow]:
    """`begun`: code of a county → (unit, its first day); `moves`: code of a street → (unit, first day there)."""
    for code, name, county in streets:
        parent, since = begun[county]
        row = UnitRow(unit_id(code), code, name, STREET, parent, int(code), since)
        move = moves.get(code)
        if move is None:
            yield row
        elif move[1] <= since:
            yield row._replace(parent=move[0], valid_from=max(since, move[1]))
        else:
            yield row._replace(valid_until=move[1] - timedelta(days=1))
            yield row._replace(parent=move[0], valid_from=move[1])
