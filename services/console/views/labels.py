"""The order and the names of statuses and duties on every page."""

from __future__ import annotations

from xianfeng.words import catalogue

__all__ = ["DUTIES", "FILTERS", "ORGANISED", "STATUSES", "label"]

ORGANISED = ("own", "joint", "regional", "industry", "grid")
STATUSES = (*ORGANISED, "work", "none")
DUTIES = ("form_organisation", "join", "assign_adviser", "convert_when_ripe", "survey")
FILTERS = ("unsurveyed", "to_settle", "joint_with_three", "held", "unplaced", "moving")


def label(kind: str, value: str) -> str:
    """Return coverage's word for a status, duty, figure, filter or level; an unknown value is shown as it is.

    A service of a newer version may send a value that this catalogue does not have yet.
    """
    return catalogue().get(f"coverage.{kind}.{value}", value)
