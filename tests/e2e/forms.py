"""The forms of a page as a program fills them in: what is hidden stays, choices take the first, texts get a text."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

__all__ = ["Form", "forms_of"]

_PLAIN = {"number": "1", "date": "2026-01-05"}


@dataclass
class Form:
    """`values`: field → what is sent; `texts` names the fields that hold the text."""

    action: str
    values: dict[str, list[str]] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)

    def add(self, name: str, value: str) -> None:
        self.values.setdefault(name, []).append(value)


class _Reader(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._text, self._form, self._options = text, Form(""), list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        name, kind = found.get("name", ""), found.get("type", "text")
        if tag == "form":
            self._form = Form(found.get("action", ""))
            if found.get("method") == "post":
                self.forms.append(self._form)
        elif tag == "select":
            self._options = self._form.values.setdefault(name, [])
        elif tag == "option" and found.get("value") and not self._options:
            self._options.append(found["value"])
        elif tag == "textarea" or (tag == "input" and kind == "text"):
            self._form.add(name, self._text)
            self._form.texts.append(name)
        elif tag == "input" and kind in ("hidden", *_PLAIN):
            self._form.add(name, found.get("value") or _PLAIN.get(kind, ""))


def forms_of(page: str, text: str) -> list[Form]:
    """Those that are posted, in the order of the page's HTML, every text field filled in with the text."""
    reader = _Reader(text)
    reader.feed(page)
    return reader.forms
