"""A refusal: an answer to the user, not a fault of the program. It says what, where, by which rule, what to do."""

from __future__ import annotations

from typing import Literal

__all__ = ["Kind", "Refused"]

Kind = Literal["refused", "invalid", "unknown", "denied", "version", "taken", "unauthenticated", "unavailable"]


class Refused(Exception):
    """Nothing was recorded. `reason` is a stable kebab-case name; the texts are for people, from the catalogue.

    `kind`: refused by a rule, invalid field, unknown subject, denied by role or unit, wrong version, taken claim.
    """

    def __init__(
        self, message: str, *, kind: Kind = "refused", reason: str = "refused", field: str = "", rule: str = "",
        remedy: str = "",
    ) -> None:  # fmt: skip
        super().__init__(message)
        self.message = message
        self.kind: Kind = kind
        self.reason = reason
        self.field = field
        self.rule = rule
        self.remedy = remedy
