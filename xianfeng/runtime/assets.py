"""The web assets: taken from WebJars, each file compressed once beside itself."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Iterable
from pathlib import Path
from zipfile import ZipFile

from xianfeng.failure import StartFailure
from xianfeng.words import say

__all__ = ["ASSETS", "is_web_jar", "unpack_assets"]

WEB = ("META-INF/resources/webjars/", "META-INF/resources/_static/")
# Path below the assets' directory → path inside its jar. Only what the pages load, and the licences.
ASSETS = {
    "htmx/2.0.10/htmx.min.js": "META-INF/resources/webjars/htmx.org/2.0.10/dist/htmx.min.js",
    "htmx/2.0.10/LICENSE": "META-INF/resources/webjars/htmx.org/2.0.10/LICENSE",
    "tabler/1.4.0/tabler.min.css": "META-INF/resources/webjars/tabler__core/1.4.0/dist/css/tabler.min.css",
    "tabler/1.4.0/tabler.min.js": "META-INF/resources/webjars/tabler__core/1.4.0/dist/js/tabler.min.js",
    "echarts/6.0.0/echarts.min.js": "META-INF/resources/_static/echarts/6.0.0/dist/echarts.min.js",
    "echarts/6.0.0/LICENSE": "META-INF/resources/_static/echarts/6.0.0/LICENSE",
}


def is_web_jar(archive: ZipFile) -> bool:
    """Say whether a jar carries web assets and no class for the broker."""
    return any(name.startswith(WEB) for name in archive.namelist())


def unpack_assets(jars: Iterable[Path], target: Path) -> None:
    """Write every asset and its ``.gz`` below ``target``. Raises StartFailure naming what no jar holds."""
    shutil.rmtree(target, ignore_errors=True)
    missing = dict(ASSETS)
    for jar in jars:
        with ZipFile(jar) as archive:
            for place, inside in ASSETS.items():
                if inside in archive.namelist():
                    _write(target / place, archive.read(inside))
                    del missing[place]
    if missing:
        raise StartFailure(say("runtime.setup-missing-assets", names="、".join(missing)))


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    # No time stamp inside: the same asset gives the same bytes.
    path.with_name(path.name + ".gz").write_bytes(gzip.compress(content, 9, mtime=0))
