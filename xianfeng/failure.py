"""The one failure that ends a start: a sentence for people, no traceback."""

from __future__ import annotations

__all__ = ["StartFailure"]


class StartFailure(Exception):
    """What stops an installation from starting; the message is shown as it is and says what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
