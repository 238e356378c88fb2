"""What only the whole file shows: codes that stand twice, who is absent, and units of which too many would end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from psycopg import Connection

from services.registry.domain.enterprise import Enterprise
from services.registry.events import CATALOGUE
from services.registry.feed.comparing import INACTIVE
from services.registry.feed.faults import Fault
from services.registry.feed.placing import Placer
from services.registry.feed.staging import Staged, Wait

__all__ = ["SHARE", "absent", "count_absent", "repeated", "waits"]

SHARE = 0.05
"""More than this share of a unit's operating enterprises becoming inactive is a person's to confirm."""
_LEVELS = frozenset({"province", "city", "county"})
_LISTED = 5

# To find that none stands twice takes a third of the time that sorting all of them takes.
_TWICE = """
select code, count(distinct digest), array_agg(number order by number) from feed_row
 where import = %(id)s and code in (select code from feed_row where import = %(id)s group by code having count(*) > 1)
 group by code
"""
_ABSENT = """
 from feed_known k where k.source = %s and k.as_of <= %s and not exists
      (select from feed_row r where r.import = %s and r.code = k.code)
"""
_LATEST = "(select distinct on (code) code, unit, status, as_of from feed_known order by code, as_of desc)"
_ENDING = f"""
select k.unit, count(*) from feed_row r join {_LATEST} k on k.code = r.code
 where r.import = %s and r.status = any(%s) and k.status <> all(%s) and k.as_of <= %s group by k.unit
"""
_OPERATING = f"select unit, count(*) from {_LATEST} k where status <> all(%s) group by unit"
_UNHEARD_ENDING = """
select r.code from feed_row r join claim c on c.kind = 'code' and c.key = r.code
 where r.import = %s and r.status = any(%s) and not exists (select from feed_known k where k.code = r.code)
"""
_UNHEARD = """
select c.key, e.state from claim c join registry_events e on e.originator_id = c.subject
 where c.kind = 'code' and not exists (select from feed_known k where k.code = c.key)
 order by c.key, e.originator_version
"""


def repeated(connection: Connection[Any], id: str) -> tuple[list[Fault], int]:
    """Faults of all rows whose code stands twice with different contents; equal ones but the first are dropped."""
    found, dropped = [], list[int]()
    for code, contents, numbers in connection.execute(_TWICE, {"id": id}).fetchall():
        if contents == 1:
            dropped.extend(numbers[1:])
            continue
        for number in numbers:
            others = [str(other) for other in numbers if other != number][:_LISTED]
            found.append(Fault(number, "code", code, "code-twice", "、".join(others)))
    connection.execute("delete from feed_row where import = %s and number = any(%s)", (id, dropped))
    return found, len(dropped)


def count_absent(connection: Connection[Any], staged: Staged) -> int:
    """How many enterprises the source named before and does not name now."""
    row = connection.execute("select count(*)" + _ABSENT, (staged.source, staged.as_of, staged.id)).fetchone()
    return int(row[0]) if row else 0


def absent(connection: Connection[Any], staged: Staged, most: int) -> list[tuple[str, str]]:
    """Code and name of the first of them."""
    query = "select k.code, k.stated->>'name'" + _ABSENT + " order by k.code limit %s"
    return [(code, name) for code, name in connection.execute(query, (staged.source, staged.as_of, staged.id, most))]


def waits(connection: Connection[Any], staged: Staged, placer: Placer) -> list[Wait]:
    """Counties, cities and provinces of whose operating enterprises more than the share would become inactive."""
    inactive = list(INACTIVE)
    ending = _counts(connection, _ENDING, (staged.id, inactive, inactive, staged.as_of))
    unheard = {code for (code,) in connection.execute(_UNHEARD_ENDING, (staged.id, inactive))}
    if not ending and not unheard:
        return []
    operating = _counts(connection, _OPERATING, (inactive,))
    if unheard:
        for code, unit in _unheard_operating(connection, staged):
            operating[unit] += 1
            ending[unit] += code in unheard
    ended, all_of = _summed(ending, placer), _summed(operating, placer)
    found = [
        Wait(unit, placer.tree.path_name(unit), all_of[unit], count)
        for unit, count in ended.items()
        if count > all_of[unit] * SHARE and placer.tree.level(unit) in _LEVELS
    ]
    return sorted(found, key=lambda wait: wait.name)


def _counts(connection: Connection[Any], query: Any, parameters: tuple[Any, ...]) -> Counter[str]:
    return Counter(dict(connection.execute(query, parameters).fetchall()))


def _summed(counts: Counter[str], placer: Placer) -> Counter[str]:
    summed: Counter[str] = Counter()
    for unit, count in counts.items():
        for above in placer.path(unit):
            summed[above] += count
    return summed


def _unheard_operating(connection: Connection[Any], staged: Staged) -> Iterator[tuple[str, str]]:
    """Code and home unit of the operating enterprises that no registry has named so far: folded one by one."""
    code, enterprise = "", Enterprise("")
    for key, raw in [*connection.execute(_UNHEARD), ("", b"")]:
        if key != code:
            if code and enterprise.known("registry_status", staged.as_of) not in INACTIVE:
                yield code, str(enterprise.known("unit", staged.as_of))
            code, enterprise = key, Enterprise("")
        if key:
            enterprise.apply(CATALOGUE.load(bytes(raw)))
