"""The console's pages as HTML, for tests that compare what a page says with what the services say."""

from __future__ import annotations

import re
from typing import Any

import httpx

from services.console.session import COOKIE, Reader, Sessions
from xianfeng.clock import SystemClock
from xianfeng.rpc.tokens import read_local_token
from xianfeng.settings import Settings
from xianfeng.words import say

_LIVE = re.compile(r'id="([a-zA-Z0-9-]+)" data-live>([^<]*)<')


class Page:
    """A reader with the local administrator's session."""

    def __init__(self, settings: Settings) -> None:
        token = read_local_token(settings.data_dir)
        reader = Reader(token, "admin", "administrator", "", "", False, "")
        cookie = Sessions(settings.signing_key, SystemClock()).write(reader)
        self.client = httpx.Client(
            base_url=f"http://{settings.address('console')}", cookies={COOKIE: cookie}, trust_env=False, timeout=30
        )

    def close(self) -> None:
        self.client.close()

    @property
    def cookie(self) -> str:
        """What the session's cookie holds, for a browser to bear."""
        return self.client.cookies[COOKIE]

    def get(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:500])
        return answer.text

    def numbers(self, unit: str) -> dict[str, str]:
        """The live numbers of a unit's overview: element id → text."""
        return dict(_LIVE.findall(self.get(f"/units/{unit}")))

    def shows_figures(self, unit: str, figures: dict[str, Any]) -> None:
        """The page's rates and counts are those of the figures."""
        numbers = self.numbers(unit)
        for rate in figures["rates"]:
            shown = (numbers[f"r-{rate['name']}-num"], numbers[f"r-{rate['name']}-den"], numbers[f"r-{rate['name']}"])
            wanted = (f"{int(rate['numerator']):,}", f"{int(rate['denominator']):,}", rate["shown"])
            assert tuple(text.replace(" ", "") for text in shown) == wanted
        for status, n in figures["by_status"].items():
            if f"s-{status}" in numbers:
                assert numbers[f"s-{status}"] == f"{int(n):,}", status

    def shows_enterprise(self, code: str, status: str, duty: str) -> None:
        text = self.get(f"/enterprises/{code}")
        assert say(f"coverage.status.{status}") in text
        assert not duty or say(f"coverage.duty.{duty}") in text
