"""Faults of the program in logs: what kind and where, never what the data was."""

from __future__ import annotations

import traceback
from pathlib import Path

__all__ = ["located"]


def located(fault: BaseException) -> dict[str, object]:
    """Log fields of an exception: its type, that of its cause, and the places it came through.

    Its message stays out: those of drivers and validators quote the values at hand.
    """
    frames = traceback.extract_tb(fault.__traceback__)[-12:]
    fields: dict[str, object] = {
        "error": type(fault).__name__,
        "at": [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames],
    }
    if fault.__cause__ is not None:
        fields["cause"] = type(fault.__cause__).__name__
    return fields
