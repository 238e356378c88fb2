"""No text that a user can read holds a word that the field avoids (domain §11)."""

from __future__ import annotations

from pathlib import Path

from tests.fixtures.wording import forbidden_in
from xianfeng.words import catalogue

ROOT = Path(__file__).parents[3]


def test_catalogue_avoids_the_words() -> None:
    wrong = {key: forbidden_in(text) for key, text in catalogue().items()}
    assert not {key: words for key, words in wrong.items() if words}


def test_pages_and_scripts_avoid_the_words() -> None:
    pages = [p for kind in ("html", "js", "svg", "css") for p in (ROOT / "services").rglob(f"*.{kind}")]
    wrong = {str(page.relative_to(ROOT)): forbidden_in(page.read_text(encoding="utf-8")) for page in pages}
    assert not {page: words for page, words in wrong.items() if words}


def test_nothing_else_in_the_code_speaks_to_users() -> None:
    """Texts live in the catalogue; code quotes Chinese in comments and docstrings at most."""
    modules = [p for room in ("xianfeng", "services") for p in (ROOT / room).rglob("*.py")]
    wrong = {str(module.relative_to(ROOT)): forbidden_in(module.read_text(encoding="utf-8")) for module in modules}
    assert not {module: words for module, words in wrong.items() if words}
