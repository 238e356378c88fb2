"""Pages from templates: escaped always, every word from the catalogue."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from services.console.assets import Assets
from services.console.views.labels import label
from xianfeng.clock import SHANGHAI
from xianfeng.words import say

__all__ = ["Pages", "link"]

TEMPLATES = Path(__file__).parent / "templates"


class Pages:
    """Renders templates. Autoescape is on for all of them, whatever their suffix."""

    def __init__(self, assets: Assets) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.globals.update(say=_word, link=link, label=label, asset=assets.address)
        self._environment.filters.update(number=_number, minutes=_minutes)

    def text(self, template: str, **values: Any) -> str:
        return self._environment.get_template(template).render(**values)

    def answer(self, request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        """Render a whole page; ``reader`` is the account that is logged in, or None."""
        values.setdefault("reader", None)
        values.setdefault("demonstration", False)
        html = self.text(template, path=request.url.path, correlation=request.state.correlation, **values)
        return HTMLResponse(html, status_code=status)


def link(*parts: str, **query: object) -> str:
    """Build an address of path parts and query; an empty value is left out."""
    kept = {name: value for name, value in query.items() if value not in ("", None, False)}
    path = "/" + "/".join(quote(part, safe="") for part in parts)
    return f"{path}?{urlencode(kept)}" if kept else path


def _word(key: str, **values: object) -> str:
    return say(f"console.{key}", **values)


def _number(value: int) -> str:
    return f"{value:,}"


def _minutes(instant: str) -> str:
    """Show an ISO instant as minutes of Asia/Shanghai."""
    return datetime.fromisoformat(instant).astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") if instant else ""
