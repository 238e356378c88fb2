"""How far an adapter has come, for whoever looks at it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from proto.xianfeng.registry.v1 import feed_pb2 as pb
from services.registry.live.records import Tally

__all__ = ["Progress", "State"]

State = Literal["connecting", "reading", "snapshot", "caught_up", "waiting"]


@dataclass
class Progress:
    """`trouble`: the kind of the last failure, empty once records flow again."""

    state: State = "connecting"
    cursor: int = 0
    told: Tally = field(default_factory=Tally)
    absent: int = 0
    connections: int = 0
    snapshots: int = 0
    trouble: str = ""

    def took(self, summary: pb.PushSummary) -> None:
        """Registry has taken a batch, or the whole of a snapshot."""
        self.cursor, self.trouble = summary.cursor, ""
        self.told = self.told.plus(Tally(*(int(getattr(summary, name)) for name in Tally._fields)))

    def plain(self) -> dict[str, object]:
        """Whole numbers and words by name."""
        own = {
            name: getattr(self, name) for name in ("state", "cursor", "absent", "connections", "snapshots", "trouble")
        }
        return {**own, **self.told._asdict()}
