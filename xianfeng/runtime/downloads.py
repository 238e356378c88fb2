"""Set-up's downloads: Kafka's jars and the web assets, resolved by jgo, checked against the lock, put in place.

``python -m xianfeng.runtime.downloads`` does nothing when all is there; ``--relock`` writes the lock anew.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path
from zipfile import ZipFile

from xianfeng.failure import StartFailure
from xianfeng.runtime.aot import record_cache
from xianfeng.runtime.assets import is_web_jar, unpack_assets
from xianfeng.runtime.plan import PROJECT
from xianfeng.settings import share_dir
from xianfeng.words import say

__all__ = ["fetch", "place"]

SPECIFICATION = PROJECT / "infra" / "kafka" / "jgo.toml"
LOCK = PROJECT / "infra" / "kafka" / "jars.lock.toml"
STAMP = ".complete"
Sums = dict[str, str]


def main() -> None:
    try:
        if sys.argv[1:] == ["--relock"]:
            with tempfile.TemporaryDirectory() as scratch:
                _write_lock(_sums(fetch(Path(scratch))))
        elif not _is_complete():
            _print("runtime.setup-downloading")
            with tempfile.TemporaryDirectory() as scratch:
                place(fetch(Path(scratch)))
        if not record_cache():
            _print("runtime.setup-no-aot")
    except StartFailure as failure:
        sys.exit(failure.message)


def fetch(scratch: Path) -> dict[str, Path]:
    """Resolve and download everything of ``jgo.toml``; return file name → path."""
    shutil.copy(SPECIFICATION, scratch / "jgo.toml")
    # Its own caches: set-up leaves nothing in the home directory and takes nothing unchecked from it.
    caches = ("--cache-dir", str(scratch / "jars"), "--repo-cache", str(scratch / "repository"))
    argv = [sys.executable, "-m", "jgo", "--system-java", "--resolver", "python", "--links", "copy", *caches, "sync"]
    done = subprocess.run(argv, cwd=scratch, check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        reason = (done.stdout.strip().splitlines() or [""])[-1].strip()
        raise StartFailure(say("runtime.setup-failed", reason=reason))
    return {path.name: path for path in sorted((scratch / "jars").rglob("*.jar"))}


def place(found: Mapping[str, Path]) -> None:
    """Check every file against the lock, then put jars and assets in place; nothing unknown is taken.

    Raises StartFailure that names the files that are missing, unknown or changed.
    """
    wanted, got = _locked(), _sums(found)
    wrong = sorted(name for name in wanted.keys() | got.keys() if wanted.get(name) != got.get(name))
    if wrong:
        raise StartFailure(say("runtime.setup-other-content", names="、".join(wrong), lock=LOCK.name))
    jars = share_dir() / "kafka"
    shutil.rmtree(jars, ignore_errors=True)
    jars.mkdir(parents=True)
    for name, path in found.items():
        with ZipFile(path) as archive:
            web = is_web_jar(archive)
        if not web:
            shutil.copy(path, jars / name)
    unpack_assets(found.values(), share_dir() / "assets")
    (share_dir() / STAMP).write_text(_stamp())


def _is_complete() -> bool:
    stamp = share_dir() / STAMP
    return stamp.exists() and stamp.read_text() == _stamp()


def _stamp() -> str:
    return hashlib.sha256(LOCK.read_bytes()).hexdigest()


def _sums(found: Mapping[str, Path]) -> Sums:
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in found.items()}


def _locked() -> Sums:
    return dict(tomllib.loads(LOCK.read_text(encoding="utf-8"))["sha256"])


def _write_lock(sums: Sums) -> None:
    lines = ["# SHA-256 of every file that jgo.toml resolves to; made by `make lock`.", "[sha256]"]
    lines += [f'"{name}" = "{value}"' for name, value in sorted(sums.items())]
    LOCK.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _print(key: str) -> None:
    print(say(key), flush=True)


if __name__ == "__main__":
    main()
