"""What nobody may do to a reader or to the console: writes from elsewhere, floods, and odd texts, on every address."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator, Iterator
from importlib import import_module
from pkgutil import iter_modules

import psutil
import pytest

from services.console import pages
from services.console.guard import MOST_FILE, most_bytes
from services.console.session import COOKIE
from tests.integration.console.conftest import Site
from tests.integration.console.figures import ROOT
from xianfeng.words import say

HUGE = 200 << 20
PIECE = 1 << 20
ODD = (
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "\u202e反写\u202c",
    "a\0b",
    "一" * 2_000,
    "../../etc/passwd",
    "%00",
)


def routes(method: str) -> Iterator[str]:
    """Every address of the pages that takes this method, with something in the place of each name."""
    for module in iter_modules(pages.__path__):
        for route in import_module(f"{pages.__name__}.{module.name}").router.routes:
            if method in route.methods:
                yield re.sub(r"\{unit\}", ROOT, re.sub(r"\{(?!unit\})\w+\}", "one", route.path))


WRITES, READS = sorted(set(routes("POST"))), sorted(set(routes("GET")))


def test_there_are_addresses_to_try() -> None:
    assert len(WRITES) > 5
    assert len(READS) > 10


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "", "http://127.0.0.1:1"])
async def test_no_address_takes_a_write_from_another_site(site: Site, origin: str) -> None:
    async with site.client() as client:
        await site.login(client)
        before = len(site.world.calls)
        for path in WRITES:
            answer = await client.post(path, data={"step": "save"}, headers={"Origin": origin})
            assert answer.status_code == 403, path
            assert say("console.problem.origin.remedy") in answer.text
            assert "set-cookie" not in answer.headers
        assert len(site.world.calls) == before


async def test_no_address_takes_more_than_its_forms_need(site: Site) -> None:
    async with site.client() as client:
        await site.login(client)
        for path in WRITES:
            answer = await client.post(path, data={"text": "x" * (most_bytes(path) + 1)})
            assert answer.status_code == 413, path
            assert "过大" in answer.text
            assert answer.headers["content-security-policy"]


@pytest.mark.parametrize("path", [f"/units/{ROOT}/ledger", "/login"])
async def test_two_hundred_megabytes_are_refused_at_once_and_not_kept(site: Site, path: str) -> None:
    host, _, port = site.address.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = f"POST {path} HTTP/1.1\r\nHost: {host}:{port}\r\nOrigin: {site.address}\r\nContent-Length: {HUGE}\r\n\r\n"
    writer.write(head.encode())
    # It is refused by what it says of itself, before anything of it has come.
    status = await asyncio.wait_for(reader.readline(), 10)
    assert b" 413 " in status
    before = psutil.Process(os.getpid()).memory_info().rss
    for _ in range(HUGE // PIECE):
        writer.write(bytes(PIECE))
        await writer.drain()
    assert psutil.Process(os.getpid()).memory_info().rss - before < MOST_FILE * 2
    # The line is good for the next request: a browser that has sent all of it reads the answer.
    page = (await asyncio.wait_for(reader.readuntil(b"</html>"), 10)).decode()
    assert ("文件最多 20 MB" if "ledger" in path else "最多提交 64 KB") in page
    writer.write(f"GET /healthz HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
    assert b"ok" in await asyncio.wait_for(reader.readuntil(b"ok"), 10)
    writer.close()


async def test_a_body_of_unsaid_length_is_refused(site: Site) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"handle=province"

    async with site.client() as client:
        answer = await client.post("/login", content=pieces())
    assert answer.status_code == 413


async def test_every_page_keeps_to_the_rules_also_when_it_fails(site: Site) -> None:
    async with site.client() as client:
        await site.login(client)
        for path in READS:
            if path.endswith("/events"):
                continue
            headers = (await client.get(path)).headers
            assert headers["content-security-policy"].startswith("default-src 'self'; "), path
            assert "unsafe" not in headers["content-security-policy"]
            assert (headers["x-frame-options"], headers["x-content-type-options"]) == ("DENY", "nosniff"), path
            assert headers["cache-control"] == "no-store", path
            assert headers["cross-origin-resource-policy"] == "same-origin", path


@pytest.mark.parametrize("text", ODD)
async def test_an_odd_text_in_an_address_is_answered_in_words(site: Site, text: str) -> None:
    async with site.client() as client:
        await site.login(client)
        for path in (f"/units/{ROOT}/enterprises", "/find", f"/units/{ROOT}", "/login"):
            query = dict.fromkeys(("q", "text", "day", "at", "sort", "next", "month", "known_at"), text)
            answer = await client.get(path, params=query if len(text) < 1000 else {"q": text})
            assert answer.status_code < 500, (path, answer.text[:300])
            assert "<script>alert" not in answer.text


async def test_a_login_makes_a_new_cookie_and_another_readers_words_are_not_shown(site: Site) -> None:
    async with site.client() as attacker, site.client() as victim:
        theirs = (await site.login(attacker, "other")).cookies[COOKIE]
        victim.cookies.set(COOKIE, theirs, domain="127.0.0.1")
        mine = (await site.login(victim, "province")).cookies[COOKIE]
        assert mine != theirs
        page = f"/units/{ROOT}"
        pages_seen = [(await client.get(page)).text for client in (attacker, victim)]
        assert "other" in pages_seen[0]
        assert "province" not in pages_seen[0]


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_the_cookie_is_closed_to_scripts_other_sites_and_plain_lines(site: Site, scheme: str) -> None:
    """Behind a gateway that speaks TLS the cookie never goes over a plain line."""
    async with site.client() as client:
        form = {"handle": "province", "password": "right-password-1"}
        answer = await client.post("/login", data=form, headers={"X-Forwarded-Proto": scheme})
    flags = {flag.strip().lower() for flag in answer.headers["set-cookie"].split(";")[1:]}
    assert {"httponly", "samesite=lax"} <= flags
    assert ("secure" in flags) == (scheme == "https")
