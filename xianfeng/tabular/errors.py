"""What ends the reading or writing of a file: one sentence with its reason and what to do."""

from __future__ import annotations

from pathlib import Path

from xianfeng.words import say

__all__ = ["Unreadable", "Unwritable", "read_fault"]


class Unreadable(Exception):
    """The file cannot be taken at all; nothing of it was used. `reason` is the stable name of the sentence."""

    def __init__(self, key: str, **values: object) -> None:
        self.reason = key
        self.message = say(f"tabular.unreadable.{key}", **values)
        super().__init__(self.message)


class Unwritable(Exception):
    """The file could not be written; what stood at its place before still stands there."""

    def __init__(self, key: str, **values: object) -> None:
        self.reason = key
        self.message = say(f"tabular.unwritable.{key}", **values)
        super().__init__(self.message)


def read_fault(path: Path, fault: OSError) -> Unreadable:
    """The refusal that an error of the operating system amounts to."""
    if isinstance(fault, FileNotFoundError | NotADirectoryError):
        return Unreadable("missing", path=path)
    if isinstance(fault, IsADirectoryError):
        return Unreadable("directory", path=path)
    if isinstance(fault, PermissionError):
        return Unreadable("denied", path=path)
    return Unreadable("not-readable", path=path, error=fault.strerror or type(fault).__name__)
