"""Pages from templates: escaped always, every word from the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from services.console.assets import Assets
from services.console.kept_pages import KeptPages
from services.console.session import Reader
from services.console.views.labels import label
from services.console.when import PRESENT
from xianfeng.clock import minute_of
from xianfeng.words import catalogue, say

__all__ = ["Pages", "link", "minutes", "value_word"]

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
        self._environment.globals.update(say=_word, word=value_word, link=link, label=label, asset=assets.address)
        self._environment.globals.update(present=PRESENT)
        self._environment.filters.update(number=_number, minutes=minutes)
        self._kept = KeptPages()

    def text(self, template: str, **values: Any) -> str:
        return self._environment.get_template(template).render(**values)

    def answer(self, request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        """Answer with a whole page; ``reader`` is the account that is logged in, or None."""
        return HTMLResponse(self.whole(request, template, **values), status_code=status)

    def whole(self, request: Request, template: str, **values: Any) -> str:
        """Render a whole page."""
        values.setdefault("reader", None)
        values.setdefault("demonstration", False)
        return self.text(template, path=request.url.path, correlation=request.state.correlation, **values)

    def answer_kept(
        self, request: Request, template: str, reader: Reader, shown: Hashable, values: Callable[[], Mapping[str, Any]]
    ) -> HTMLResponse:
        """Render a page once for all readers of a role and unit for whom it shows the same.

        `shown` names everything that `values` is made of. Nothing of one account may stand in the page (a form's
        token, say) but its handle.
        """
        path = request.url.path

        def render(own: Mapping[str, str]) -> str:
            anybody = replace(reader, handle=own["handle"], token="", expires="")
            return self.text(
                template, path=path, correlation=own["correlation"], reader=anybody,
                **{"demonstration": False, **values()},
            )  # fmt: skip

        key = (template, path, shown, reader.role, reader.unit, reader.enterprise)
        own = {"handle": reader.handle, "correlation": request.state.correlation}
        return HTMLResponse(self._kept.get(key, own, render))


def link(*parts: str, **query: object) -> str:
    """Build an address of path parts and query; an empty value is left out."""
    kept = {name: value for name, value in query.items() if value not in ("", None, False)}
    path = "/" + "/".join(quote(part, safe="") for part in parts)
    return f"{path}?{urlencode(kept)}" if kept else path


def _word(key: str, **values: object) -> str:
    return say(f"console.{key}", **values)


def value_word(value: str) -> str:
    """A value of registry's as people read it; one of a newer version as it is."""
    return catalogue().get(f"registry.value.{value}", value)


def _number(value: int) -> str:
    return f"{value:,}"


def minutes(instant: str) -> str:
    """Show an ISO instant as minutes of Asia/Shanghai."""
    return minute_of(instant) if instant else ""
