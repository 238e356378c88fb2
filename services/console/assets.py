"""Style sheets and scripts, held in memory, compressed once, under an address that changes with their content."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from xianfeng.failure import StartFailure
from xianfeng.words import say

__all__ = ["Assets"]

OWN = Path(__file__).parent / "static"
# Unpacked by set-up from the locked web jars.
UNPACKED = ("tabler.min.css", "htmx.min.js")
TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


@dataclass(frozen=True)
class Asset:
    plain: bytes
    packed: bytes
    type: str
    tag: str


class Assets:
    """All files by name. Raises StartFailure when set-up did not unpack one."""

    def __init__(self, unpacked: Path) -> None:
        paths = [_find(unpacked, name) for name in UNPACKED] + sorted(OWN.iterdir())
        self._files = {path.name: _load(path) for path in paths if path.suffix in TYPES}

    def address(self, name: str) -> str:
        """Return the address of a file for a page."""
        return f"/static/{name}?v={self._files[name].tag}"

    async def answer(self, request: Request) -> Response:
        """Serve ``/static/{name}``; the address names the content, so a browser never asks twice."""
        asset = self._files.get(request.path_params["name"])
        if asset is None:
            return Response(status_code=404)
        caching = "public, max-age=31536000, immutable" if request.query_params.get("v") == asset.tag else "no-cache"
        respond = partial(Response, media_type=asset.type)
        headers = {"Cache-Control": caching, "Vary": "Accept-Encoding"}
        if "gzip" in request.headers.get("accept-encoding", ""):
            return respond(asset.packed, headers={**headers, "Content-Encoding": "gzip"})
        return respond(asset.plain, headers=headers)


def _find(unpacked: Path, name: str) -> Path:
    """Return the file in its library's and version's directory."""
    # Without it the address of the missing file itself is the best that can be told.
    return next(iter(sorted(unpacked.glob(f"*/*/{name}"))), unpacked / name)


def _load(path: Path) -> Asset:
    try:
        plain = path.read_bytes()
        beside = path.with_name(f"{path.name}.gz")
        packed = beside.read_bytes() if beside.exists() else gzip.compress(plain, 6)
    except OSError as missing:
        raise StartFailure(say("console.missing-asset", path=path)) from missing
    return Asset(plain, packed, TYPES[path.suffix], hashlib.sha256(plain).hexdigest()[:12])
