"""Why a backup cannot be written or read, in one sentence."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from xianfeng.failure import StartFailure
from xianfeng.words import say

__all__ = ["on_disk", "said_by"]

_FULL = "No space left on device"
_REASONS = {
    errno.ENOSPC: "disk-full",
    errno.EDQUOT: "disk-full",
    errno.EFBIG: "too-large",
    errno.EACCES: "denied",
    errno.EPERM: "denied",
    errno.EROFS: "denied",
    errno.ENOENT: "no-such-place",
    errno.ENOTDIR: "no-such-place",
    errno.EISDIR: "not-a-file",
}


@contextmanager
def on_disk(path: Path) -> Iterator[None]:
    """Turn what the system refuses about ``path`` within the block into StartFailure."""
    try:
        yield
    except OSError as refused:
        key = _REASONS.get(refused.errno or 0, "refused")
        raise StartFailure(say(f"backup.{key}", path=path, reason=refused.strerror or refused)) from refused


def said_by(program: str, lines: list[str], path: Path) -> StartFailure:
    """The failure of a PostgreSQL program from what it wrote to its standard error."""
    if any(_FULL in line for line in lines):
        return StartFailure(say("backup.disk-full", path=path))
    errors = [line for line in lines if "error:" in line or "FATAL" in line] or lines[-1:]
    reason = errors[0].partition("error: ")[2] or errors[0] if errors else say("backup.no-reason")
    return StartFailure(say("backup.program-failed", program=program, reason=reason.strip().rstrip(".")))
