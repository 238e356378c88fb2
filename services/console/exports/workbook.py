"""A list as a workbook: text cells, widths, frozen headings; written to a file that is gone once it was sent."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp

from starlette.background import BackgroundTask
from starlette.responses import FileResponse

from services.console.exports.listing import COLUMNS, Listing
from xianfeng.words import say

__all__ = ["as_workbook", "file_answer"]

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# In digits; a Chinese character takes two.
WIDTHS = {"name": 38.0, "code": 21.0, "unit": 18.0, "status": 14.0, "duty": 14.0, "since": 12.0, "due": 12.0}


async def as_workbook(listing: Listing) -> FileResponse:
    """The answer to a browser. Raises Unwritable when there is no room for the file."""
    name = say("console.exports.file", unit=listing.unit.name, day=listing.day)
    return await file_answer(name, lambda path: _write(path, listing))


async def file_answer(name: str, write: Callable[[Path], None]) -> FileResponse:
    """A workbook under this name, made by `write` beside the event loop."""
    folder = Path(mkdtemp(prefix="xianfeng-"))
    path = folder / "list.xlsx"
    try:
        await asyncio.to_thread(write, path)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    gone = BackgroundTask(shutil.rmtree, folder, ignore_errors=True)
    return FileResponse(path, media_type=TYPE, filename=f"{name}.xlsx", background=gone)


def _write(path: Path, listing: Listing) -> None:
    # The library is loaded by whoever exports, not by everyone who starts the console.
    from xianfeng.tabular import Column, Sheet, write_workbook

    columns = [Column(say(f"console.list.{name}"), WIDTHS[name]) for name in COLUMNS]
    write_workbook(path, [Sheet(say("console.exports.sheet"), columns, listing.rows, _notices(listing))])


def _notices(listing: Listing) -> list[str]:
    lines = [listing.title, say("console.exports.basis", day=listing.day, rule_set=listing.rule_set)]
    lines.append(
        say("console.exports.total", total=len(listing.rows), chosen=listing.chosen or say("console.list.any"))
    )
    lines.append(say("console.live-mark" if listing.live else "console.dated-mark"))
    return lines + ([say("demo.mark")] if listing.demonstration else [])
