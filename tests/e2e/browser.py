"""A real Chromium for tests: logs in, keeps screenshots, asks axe-core.

Every visitor fails on an error in the console, on a breach of the security policy, and on a request to another host.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright

from services.console.session import COOKIE

__all__ = ["DESK", "PHONE", "Visit", "Visitor", "chromium"]

SCREENSHOTS = Path(__file__).parent / "screenshots"
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
# No account of its own, no GPU: what a container gives.
# In Chinese, as fields for days show themselves in the browser's own language.
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--lang=zh-CN"]
NAMES = ("chromium", "chromium-browser", "google-chrome")
# What needs no host: pages made of nothing, and data that a style sheet carries within itself.
LOCAL_SCHEMES = ("data", "blob", "about")
# Time that a busy machine may need; what must be quick is given less where it is held.
expect.set_options(timeout=20_000)
BREACH = "breach of the security policy: "
TELL_BREACHES = f"""
document.addEventListener("securitypolicyviolation", (event) => console.error(
  "{BREACH}" + event.violatedDirective + " " + event.blockedURI + " " + (event.sample || "") + " by '"
  + event.sourceFile + "'"));
"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the Chromium of this machine (XIANFENG_CHROMIUM names another one)."""
    path = os.environ.get("XIANFENG_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.fail(
            "no Chromium: install it (Debian: apt-get install chromium fonts-noto-cjk) or set XIANFENG_CHROMIUM"
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=ARGUMENTS, env={**os.environ, "LANGUAGE": "zh_CN"}
        )
        yield browser
        browser.close()


class Visitor:
    """One person with a browser of their own. ``problems`` collects what the browser complains of.

    ``breaches`` collects what no page may ever do; closing the visitor fails if there is one.
    """

    def __init__(self, browser: Browser, address: str, size: dict[str, int]) -> None:
        self._context = browser.new_context(base_url=address, viewport=size, locale="zh-CN")
        self._host = urlsplit(address).netloc
        self.problems: list[str] = []
        self.breaches: list[str] = []
        self.width = size["width"]
        self._context.add_init_script(TELL_BREACHES)
        self._context.on("request", self._sent)
        self._context.on("console", self._heard)
        self.page: Page = self.new_page()

    def new_page(self) -> Page:
        """Another tab of the same browser."""
        page = self._context.new_page()
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        return page

    def close(self) -> None:
        self._context.close()
        assert not self.breaches, self.breaches

    def bear(self, cookie: str) -> None:
        """Be logged in already, by the session that this cookie carries."""
        self._context.add_cookies([{"name": COOKIE, "value": cookie, "url": f"http://{self._host}"}])

    def login(self, handle: str, password: str) -> None:
        self.page.goto("/login")
        self.page.fill("#handle", handle)
        self.page.fill("#password", password)
        self.page.click("main button[type=submit]")

    def change_password(self, old: str, new: str) -> None:
        for field, value in (("#old", old), ("#new", new), ("#again", new)):
            self.page.fill(field, value)
        self.page.click("main button[type=submit]")

    def number(self, element: str) -> int:
        return int((self.page.text_content(f"#{element}") or "0").replace(",", ""))

    def expect_number(self, element: str, value: int, *, within: float) -> None:
        """The page itself must come to show this, ``within`` seconds and without being loaded again."""
        expect(self.page.locator(f"#{element}")).to_have_text(f"{value:,}", timeout=within * 1000)

    def until_settled(self) -> None:
        """What was asked of the server is in the page: nobody may look into a part while it is exchanged."""
        expect(self.page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)

    def is_fine(self, name: str) -> None:
        """Keep a screenshot; nothing serious for axe-core, nothing wider than the window, no error."""
        SCREENSHOTS.mkdir(exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}-{self.width}.png", full_page=True)
        self.is_accessible()

    def is_accessible(self, part: str | None = None) -> None:
        """Nothing serious for axe-core, in a part of the page or all; nothing wider than the window, no error."""
        found = Axe().run(self.page, context=part).response["violations"]
        serious = [v for v in found if v["impact"] in ("serious", "critical")]
        assert not serious, [(v["id"], [node["html"] for node in v["nodes"][:3]]) for v in serious]
        assert self.page.evaluate("document.documentElement.scrollWidth") <= self.width
        assert not self.problems
        assert not self.breaches, self.breaches

    def _heard(self, message: Any) -> None:
        if message.type != "error":
            return
        self.problems.append(message.text)
        if message.text.startswith(BREACH):
            self.breaches.append(f"{message.text} on {message.page.url if message.page else '?'}")

    def _sent(self, request: Request) -> None:
        found = urlsplit(request.url)
        if found.scheme not in LOCAL_SCHEMES and found.netloc != self._host:
            self.breaches.append(f"request to another host: {request.url}")


Visit = Callable[..., Visitor]
"""A role, a unit and, if not `DESK`, the size of the window → a visitor of their own, logged in."""
