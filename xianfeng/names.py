"""The form in which names are searched, compared and sorted."""

from __future__ import annotations

import unicodedata

__all__ = ["fold_name"]


def fold_name(name: str) -> str:
    """Full-width and half-width alike, no case, no blanks."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
