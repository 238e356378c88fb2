"""The one catalogue of everything a user reads: ``xianfeng/catalogue/*.toml``, Chinese, merged by dotted key."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

__all__ = ["catalogue", "say"]

CATALOGUE_DIR = Path(__file__).parent / "catalogue"


def say(key: str, **values: object) -> str:
    """Return the text of a dotted key with its ``{placeholders}`` filled in.

    Raises KeyError that names the key when the catalogue lacks it, or the placeholder when a value is missing.
    """
    try:
        text = catalogue()[key]
    except KeyError:
        raise KeyError(f"no text for key {key!r} in {CATALOGUE_DIR.name}/*.toml: add it there") from None
    try:
        return text.format(**values)
    except KeyError as missing:
        raise KeyError(f"text {key!r} needs the value {missing}: pass it to say()") from None


@cache
def catalogue() -> Mapping[str, str]:
    """Return all texts, dotted key to text; two files may share a table but never a key."""
    texts: dict[str, str] = {}
    for path in sorted(CATALOGUE_DIR.glob("*.toml")):
        for key, text in _flat(tomllib.loads(path.read_text(encoding="utf-8"))):
            if key in texts:
                raise ValueError(f"text {key!r} stands twice in the catalogue, the second time in {path.name}")
            texts[key] = text
    return texts


def _flat(table: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        elif isinstance(value, str):
            yield f"{prefix}{name}", value
        else:
            raise ValueError(f"text {prefix}{name!r} is a {type(value).__name__}: only strings are texts")
