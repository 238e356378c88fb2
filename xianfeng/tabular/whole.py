"""A file that is there whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

from xianfeng.tabular.errors import Unwritable

__all__ = ["whole"]

READABLE_BY_ALL = 0o666


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Hand out a name beside `path` to write to; it takes the place of `path` when the block ends well.

    Otherwise it is removed and what stood there stays. Raises Unwritable.
    """
    try:
        unfinished = _reserved(path)
    except OSError as fault:
        raise _write_fault(path, fault) from None
    try:
        yield unfinished
        _settle(unfinished)
        unfinished.replace(path)
    except OSError as fault:
        raise _write_fault(path, fault) from None
    finally:
        unfinished.unlink(missing_ok=True)


def _reserved(path: Path) -> Path:
    if path.is_dir():
        raise IsADirectoryError
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", suffix=path.suffix, delete=False) as file:
        return Path(file.name)


def _settle(unfinished: Path) -> None:
    mask = os.umask(0)
    os.umask(mask)
    unfinished.chmod(READABLE_BY_ALL & ~mask)
    with unfinished.open("rb") as file:
        os.fsync(file.fileno())


def _write_fault(path: Path, fault: OSError) -> Unwritable:
    if isinstance(fault, FileNotFoundError | NotADirectoryError):
        return Unwritable("missing", path=path, folder=path.parent)
    if isinstance(fault, IsADirectoryError):
        return Unwritable("directory", path=path)
    if isinstance(fault, PermissionError):
        return Unwritable("denied", path=path)
    return Unwritable("failed", path=path, error=fault.strerror or type(fault).__name__)
