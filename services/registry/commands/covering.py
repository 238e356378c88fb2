"""What may cover an enterprise or a project: an organisation that can be joined, an adviser in office."""

from __future__ import annotations

from services.registry.commands.desk import Desk
from services.registry.domain.adviser import Adviser
from services.registry.domain.organisation import Organisation
from services.registry.domain.words import refuse
from services.registry.events.base import JointForm
from services.registry.events.organisation import Covers

__all__ = ["adviser_in_office", "organisation_to_join"]


def organisation_to_join(desk: Desk, ref: str, covers: Covers) -> tuple[str, JointForm]:
    """Its id and form. Refuses one of another kind, one that is a single body's own, and one that has ended."""
    organisation = desk.find(Organisation, ref, "organisation")
    if organisation.form == "own" or organisation.covers != covers:
        raise refuse("not-to-join", field="organisation", organisation=organisation.id)
    organisation.require_standing()
    return organisation.id, organisation.form


def adviser_in_office(desk: Desk, ref: str) -> Adviser:
    """Refuses one who left, or whose term is over."""
    adviser = desk.find(Adviser, ref, "adviser")
    adviser.require_in_office()
    return adviser
