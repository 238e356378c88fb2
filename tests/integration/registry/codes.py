"""Credit codes that are valid, one after another."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from stdnum.cn import uscc


def valid_codes() -> Iterator[str]:
    for number in count(1):
        body = f"91410800MA{number:07d}"
        yield body + uscc.calc_check_digit(body)


_CODES = valid_codes()


def next_code() -> str:
    return next(_CODES)
