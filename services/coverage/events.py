"""Coverage's published language: news of how an enterprise is assessed. History is registry's events, not these."""

from __future__ import annotations

from datetime import date
from typing import Literal

from xianfeng.event import Catalogue, Data, published, subject_id

__all__ = ["CATALOGUE", "SOURCE", "TOPIC", "AssessmentChanged", "stream_of"]

SOURCE = "/coverage"
TOPIC = "xianfeng.coverage.v1"


class AssessmentChanged(Data):
    """Status, duty, since, due or clause became another. Its `effective` is the business date on which it did.

    `status` None: the record no longer counts (merged into another, or never true). `episode` is minted when a duty
    opens and stays while that duty stays, whatever late facts do to `since`. `clause` is the duty's, without a duty
    the status's. `cause`: an event of registry, the calendar alone, another rule set, or a rebuild.
    """

    TYPE = "coverage.assessment-changed.v1"
    enterprise: str
    status: str | None = None
    duty: str | None = None
    episode: str | None = None
    since: date | None = None
    due: date | None = None
    clause: str
    rule_set: str
    cause: Literal["event", "calendar", "rule_set", "rebuild"]


def stream_of(enterprise: str) -> str:
    """The subject under which an enterprise's assessments are told."""
    return subject_id("cov", enterprise)


EVENTS = published(globals())
CATALOGUE = Catalogue(EVENTS)
