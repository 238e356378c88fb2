"""What both ends of a call must agree on. Loads nothing: the command line starts with it."""

from __future__ import annotations

__all__ = ["CORRELATION", "MAX_MESSAGE"]

CORRELATION = "x-correlation-id"
"""The metadata key under which a correlation id travels."""

MAX_MESSAGE = 8 * 1024 * 1024
"""Bytes."""
