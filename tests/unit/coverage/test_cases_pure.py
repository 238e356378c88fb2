"""The recorded cases, as events through fold and timeline: status, duty, since and due on the day asked for."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from tests.unit.coverage.histories import Teller, ident

DEFAULT = Path(__file__).parents[4] / "shared" / "data" / "coverage-cases.csv"
BEFORE = date(2020, 1, 1)


def cases() -> Iterator[dict[str, str]]:
    with Path(os.environ.get("XIANFENG_CASES") or DEFAULT).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def told(case: dict[str, str]) -> Teller:
    """The events of a case; registry status and scope hold always, the rest from `effective` on."""
    day, teller = date.fromisoformat(case["effective"]), Teller()
    teller.register(BEFORE, registry_status=case["registry_status"])
    if case["in_scope"] == "no":
        teller.tell("scope-confirmed", BEFORE, in_scope=False, reason="other")
    counts = {name: int(case[name]) for name in ("formal", "probationary", "elsewhere") if case[name]}
    if counts:
        teller.tell("members-counted", day, **counts)
    if case["organisation"] == "own":
        teller.tell("organisation-formed", day, organisation=ident("org", "own"))
    elif case["organisation"]:
        teller.tell("organisation-joined", day, organisation=ident("org", "joint"), form=case["organisation"])
    if case["adviser"]:
        until = date.fromisoformat(case["adviser_until"]) if case["adviser_until"] else None
        teller.tell("adviser-assigned", day, adviser=ident("adv", "one"), kind=case["adviser"], until=until)
    if case["mass_organisation"] == "yes":
        teller.tell("mass-organisation-formed", day, kind="union")
    if case["recruiting_until"]:
        teller.tell("recruiting-planned", day, until=date.fromisoformat(case["recruiting_until"]))
    if case["not_ready_until"]:
        review = date.fromisoformat(case["not_ready_until"])
        teller.tell("not-ready-confirmed", day, reason="条件不成熟", review_date=review)
    return teller


def test_every_case_is_right() -> None:
    wrong, right = [], 0
    for case in cases():
        status, duty, since, due = told(case).on(date.fromisoformat(case["as_of"]))
        got = status, duty, since.isoformat() if since else "", due.isoformat() if due else ""
        if got == (case["status"], case["duty"], case["since"], case["due"]):
            right += 1
        else:
            wrong.append((case["case"], got, case))
    assert not wrong, f"{right} right, {len(wrong)} wrong; the first: {wrong[0]}"
    assert right > 0
