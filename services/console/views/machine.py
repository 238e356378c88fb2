"""What the installation stands on: room on the disk of its data, and the versions of what runs."""

from __future__ import annotations

import platform
import shutil
from dataclasses import dataclass
from pathlib import Path

from xianfeng.rpc.runner import own_version
from xianfeng.settings import share_dir
from xianfeng.words import say

__all__ = ["Machine", "machine"]

LOW = 0.1
"""With less than this part of the disk free it is time to make room (assumed)."""
GIGA = 1 << 30


@dataclass(frozen=True)
class Machine:
    """`total` and `free` are bytes of the disk that holds the data; `versions`: what runs, and which version."""

    total: int
    free: int
    versions: tuple[tuple[str, str], ...]

    @property
    def well(self) -> bool:
        return self.free >= self.total * LOW

    @property
    def disk(self) -> str:
        free, total = (f"{size / GIGA:,.1f}" for size in (self.free, self.total))
        return say("console.health.disk-text", free=free, total=total, percent=f"{self.free / self.total:.0%}")


def machine(data_dir: Path) -> Machine:
    """Read from the file system; servers of others (an external database, say) bear no version here."""
    usage = shutil.disk_usage(data_dir)
    found = {
        say("console.title"): own_version(), "Python": platform.python_version(), "PostgreSQL": _postgres(data_dir),
        "Kafka": _kafka(),
    }  # fmt: skip
    return Machine(usage.total, usage.free, tuple((name, version) for name, version in found.items() if version))


def _postgres(data_dir: Path) -> str:
    path = data_dir / "postgres" / "PG_VERSION"
    return path.read_text(encoding="ascii").strip() if path.exists() else ""


def _kafka() -> str:
    found = next((share_dir() / "kafka").glob("kafka-clients-*.jar"), None)
    return found.stem.rpartition("-")[2] if found else ""
