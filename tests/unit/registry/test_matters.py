"""What waits on an enterprise for an office: until somebody has looked, answered or decided."""

from __future__ import annotations

import pytest

from services.registry.domain.enterprise import Enterprise
from services.registry.events import enterprise as facts
from services.registry.events.base import Data
from services.registry.matters import Followed, matters_of
from tests.unit.registry.given import TODAY, day, on, some

UNIT, OTHER = "unit-00000000-0000-0000-0000-00000000000a", "unit-00000000-0000-0000-0000-00000000000b"
OWN = "ent-00000000-0000-0000-0000-000000000009"
REGISTERED = ("2026-01-05", facts.EnterpriseRegistered(code="914108007067864417", name="甲物业", unit=UNIT))
COUNTED = ("2026-01-06", facts.EnterpriseMembersCounted(formal=1))
PLACED = ("2026-01-07", facts.EnterprisePlaced(unit=OTHER))
CONFIRMED = ("2026-01-08", facts.EnterpriseConfirmed())
MERGED = ("2026-01-09", facts.EnterpriseMerged(into=OWN, reason="重复登记"))
SUSPENDED = ("2026-01-10", facts.EnterpriseRegistryStatusChanged(registry_status="suspended"))


def waits(*events: tuple[str, Data]) -> dict[str, list[str | int]]:
    return matters_of(some(Followed, REGISTERED, *events), TODAY)


@pytest.mark.parametrize(
    ("events", "kind"),
    [
        ((), "new"),
        ((SUSPENDED,), "new"),
        ((PLACED,), "new"),
        ((CONFIRMED,), ""),
        ((COUNTED,), ""),
        ((COUNTED, SUSPENDED), ""),
        ((COUNTED, PLACED), "moved"),
        ((COUNTED, PLACED, CONFIRMED), ""),
        ((COUNTED, MERGED), "merged"),
        ((COUNTED, MERGED, CONFIRMED), ""),
        ((COUNTED, MERGED, CONFIRMED, ("2026-01-20", facts.EnterpriseMergeUndone(reason="两家企业"))), ""),
    ],
)
def test_a_record_waits_until_an_office_has_looked_at_it(events: tuple[tuple[str, Data], ...], kind: str) -> None:
    assert next(iter(waits(*events)), "") == kind


def test_proposals_and_differences_wait_until_they_are_decided() -> None:
    proposed = ("2026-02-01", facts.EnterpriseTransferProposed(to_unit=OTHER))
    scope = ("2026-02-02", facts.EnterpriseScopeProposed(in_scope=False, reason="other"))
    differs = facts.EnterpriseVerificationOpened(field="formal", confirmed=1, reported=2, answer_by=day("2026-03-01"))
    filed = ("2026-02-04", facts.EnterpriseFiled(year=2026, organisation_formed=False))
    found = waits(COUNTED, proposed, scope, ("2026-02-03", differs), filed)
    assert found == {
        "transfer": ["2026-02-01", 3, OTHER], "scope": ["2026-02-02", 4, ""],
        "verification.formal": ["2026-02-03", 5, ""], "filing.2026": ["2026-02-04", 6, ""],
    }  # fmt: skip
    settled = (
        ("2026-02-05", facts.EnterpriseTransferDeclined(to_unit=OTHER, reason="未搬迁")),
        ("2026-02-05", facts.EnterpriseScopeConfirmed(in_scope=False, reason="other")),
        ("2026-02-05", facts.EnterpriseVerificationClosed(field="formal", reason="社区核实")),
        ("2026-02-05", facts.EnterpriseFilingAccepted(year=2026)),
    )
    assert waits(COUNTED, proposed, scope, ("2026-02-03", differs), filed, *settled) == {}


def test_confirming_twice_says_it_once() -> None:
    one = some(Enterprise, REGISTERED)
    with on():
        one.confirm()
        one.confirm()
    assert [event.data for event in one.collect_events()] == [facts.EnterpriseConfirmed()]
