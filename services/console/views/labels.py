"""The order and the names of statuses and duties on every page."""

from __future__ import annotations

from xianfeng.words import catalogue

__all__ = [
    "DUTIES",
    "FILTERS",
    "OF_ORGANISATIONS",
    "ORGANISED",
    "PROJECT_FILTERS",
    "STATUSES",
    "WARNINGS",
    "actor",
    "label",
]

ORGANISED = ("own", "joint", "regional", "industry", "grid")
STATUSES = (*ORGANISED, "work", "none")
DUTIES = ("form_organisation", "join", "assign_adviser", "convert_when_ripe", "survey")
FILTERS = (
    "enterprises", "organised", "covered", "without_organisation", "threshold", "threshold_own", "threshold_organised",
    "base", "filed", "filed_in_time", "filing_missing", "unsurveyed", "unknown_registry_status", "to_settle", "moving",
    "unplaced", "own_level", "joint_with_three", "recruiting_alone", "held",
)  # fmt: skip
OF_ORGANISATIONS = ("joint_over_five", "term_over", "term_ending", "no_consultation", "no_community_parent")
WARNINGS = (
    "joint_with_three", "own_below_threshold", "not_ready_without_work", "filing_missing", "no_branch_committee",
    "branch_too_large", "general_branch_too_large", *OF_ORGANISATIONS,
)  # fmt: skip
PROJECT_FILTERS = ("projects_served", "projects_covered", "projects_uncovered", "projects_unserved")


def label(kind: str, value: str) -> str:
    """Return coverage's word for a status, duty, figure, filter or level; an unknown value is shown as it is.

    A service of a newer version may send a value that this catalogue does not have yet.
    """
    return catalogue().get(f"coverage.{kind}.{value}", value)


def actor(account: str) -> str:
    """Who recorded something: an account as it is, in words what no account recorded."""
    kind, colon, name = account.partition(":")
    found = catalogue()
    words = (f"console.actor.{key}" for key in (name, kind))
    return next((found[key] for key in words if key in found), account) if colon else account
