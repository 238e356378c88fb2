"""What the documents point to is there; the pages for users keep to the words of the field."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.fixtures.wording import forbidden_in

ROOT = Path(__file__).parents[3]
DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
USERS = sorted((ROOT / "docs" / "users").glob("*.md"))
LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_links_lead_somewhere(document: Path) -> None:
    wanted = LINK.findall(document.read_text(encoding="utf-8"))
    assert not [link for link in wanted if not (document.parent / link).exists()]


@pytest.mark.parametrize("document", USERS, ids=named)
def test_pages_for_users_keep_to_the_words(document: Path) -> None:
    assert not forbidden_in(document.read_text(encoding="utf-8"))


def test_every_page_for_users_is_in_the_index() -> None:
    index = (ROOT / "docs" / "users" / "README.md").read_text(encoding="utf-8")
    assert not [page.name for page in USERS if page.name != "README.md" and f"({page.name})" not in index]
