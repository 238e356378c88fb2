"""A paper as the browser asked for it: a workbook, a PDF, or a page to print. Each is logged without its content."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import structlog
from starlette.background import BackgroundTask
from starlette.convertors import Convertor, register_url_convertor
from starlette.responses import FileResponse, Response

from services.console.context import Page
from services.console.exports.paper import Paper, groups
from services.console.exports.workbook import write_workbook
from services.console.noting import note
from xianfeng.words import say

__all__ = ["FORMS", "hand_out"]

FORMS = ("xlsx", "pdf", "print")
"""What an address may end in: ``…/{form:paper}``."""
TYPES = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "pdf": "application/pdf"}
log = structlog.get_logger(__name__)


class _PaperForm(Convertor[str]):
    """Of an address only these words are a form, so that other pages may stand beside them."""

    regex = "|".join(FORMS)

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("paper", _PaperForm())


async def hand_out(page: Page, form: str, paper: Paper) -> Response:
    """Answer with the paper in one of FORMS, once it is written down who was given it.

    Raises Unwritable when there is no room for the file, grpc.aio.AioRpcError when nothing could be written down.
    """
    await note(page, "print" if form == "print" else "export", paper.kind, paper.unit, paper.rows)
    log.info("paper-out", paper=paper.kind, form=form, account=page.reader.handle, unit=paper.unit, day=paper.day)
    if form == "print":
        shown: Response = page.show("print.html", paper=paper, groups=groups, demonstration=paper.demonstration)
        return shown
    name = say("console.exports.file", title=paper.title, day=paper.day)
    return await _file(f"{name}.{form}", TYPES[form], lambda path: _write(form, path, paper))


def _write(form: str, path: Path, paper: Paper) -> None:
    if form == "xlsx":
        write_workbook(path, paper)
        return
    # The library is loaded by whoever makes a PDF, not by everyone who starts the console.
    from services.console.exports.pdf import write_pdf

    missing = write_pdf(path, paper)
    if missing:
        log.warning("characters-missing", paper=paper.kind, unit=paper.unit, characters=missing)


async def _file(name: str, kind: str, write: Callable[[Path], Any]) -> FileResponse:
    """A file made beside the event loop; it is gone once it was sent."""
    folder = Path(mkdtemp(prefix="xianfeng-"))
    path = folder / "paper"
    try:
        await asyncio.to_thread(write, path)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    gone = BackgroundTask(shutil.rmtree, folder, ignore_errors=True)
    return FileResponse(path, media_type=kind, filename=name, background=gone)
