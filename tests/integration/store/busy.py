"""A process that writes until it is killed: ten counters, one command id after the other, what is answered printed."""

from __future__ import annotations

import sys
from itertools import count

from tests.integration.store.counter import ACT, opening, raising, writing
from xianfeng.clock import SystemClock

if __name__ == "__main__":
    with writing(sys.argv[1], SystemClock()) as writer:
        for number in range(10):
            writer.submit(f"open-{number}", ACT, opening(f"cnt-{number}", str(number))).result()
        for turn in count():
            ids = [f"raise-{turn}-{number}" for number in range(10)]
            futures = [writer.submit(id, ACT, raising(f"cnt-{number}")) for number, id in enumerate(ids)]
            for id, future in zip(ids, futures, strict=True):
                future.result()
                print(id, flush=True)
