"""A row of a case file as an enterprise's events."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tests.unit.coverage.histories import Teller, ident

__all__ = ["told"]

BEFORE = date(2020, 1, 1)


def told(case: Mapping[str, str]) -> Teller:
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
