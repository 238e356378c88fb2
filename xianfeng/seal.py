"""A seal: proof that a process of this installation made some bytes, though they come back through other hands."""

from __future__ import annotations

import hashlib
import hmac

__all__ = ["Seal"]


class Seal:
    """Seals for one purpose, under the installation's key."""

    def __init__(self, key: bytes, purpose: str) -> None:
        self._key = hmac.digest(key, f"xianfeng.seal.{purpose}".encode(), hashlib.sha256)

    def of(self, content: bytes) -> bytes:
        """32 bytes that only the holder of the key can make for this content."""
        return hmac.digest(self._key, content, hashlib.sha256)

    def fits(self, content: bytes, seal: bytes) -> bool:
        return hmac.compare_digest(self.of(content), seal)
