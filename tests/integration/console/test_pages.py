"""Every page over real HTTP and gRPC: what it shows, to whom, and what it refuses."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import httpx
import pytest

from proto.xianfeng.coverage.v1 import coverage_pb2 as pb
from tests.integration.console.conftest import Site
from tests.integration.console.fake_services import PASSWORD
from tests.integration.console.figures import EVIL, ROOT
from xianfeng.words import say

CITY, COUNTY = "unit-410800", "unit-410802"
CODE = "914108000000000018"
PAGES = ["/units/" + ROOT, f"/units/{CITY}/enterprises", f"/enterprises/{CODE}", "/health", "/find?q=物业", "/password"]


@pytest.fixture
async def reader(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with site.client() as client:
        await site.login(client)
        yield client


async def test_login_sets_a_closed_cookie_and_leads_to_the_own_screen(site: Site) -> None:
    async with site.client() as client:
        answer = await site.login(client)
        assert answer.status_code == 303
        assert "HttpOnly" in answer.headers["set-cookie"]
        assert "SameSite=lax" in answer.headers["set-cookie"]
        start = await client.get("/")
        assert start.headers["location"] == "/health"
    _, metadata = site.world.calls[0]
    assert metadata["x-client-address"] == "127.0.0.1"
    assert "authorization" not in metadata


async def test_wrong_password_says_so_and_keeps_the_handle(site: Site) -> None:
    async with site.client() as client:
        answer = await client.post("/login", data={"handle": "province", "password": "wrong", "next": "/health"})
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers
    assert 'value="province"' in answer.text
    assert 'value="/health"' in answer.text
    assert 'role="alert"' in answer.text


async def test_too_many_attempts_are_told(site: Site) -> None:
    async with site.client() as client:
        answer = await client.post("/login", data={"handle": "eager", "password": PASSWORD})
    assert answer.status_code == 429


@pytest.mark.parametrize("page", [*PAGES, "/", f"/units/{CITY}?day=2022-03-31"])
async def test_nothing_is_shown_without_login(site: Site, page: str) -> None:
    async with site.client() as client:
        answer = await client.get(page)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/login")
        back = await client.get(answer.headers["location"])
        assert back.status_code == 200


@pytest.mark.parametrize("cookie", ["", "x", "eyJ9.abc", "a" * 5000])
async def test_a_forged_cookie_is_no_login(site: Site, cookie: str) -> None:
    async with site.client() as client:
        client.cookies.set("xianfeng_session", cookie)
        assert (await client.get(f"/units/{ROOT}")).status_code == 303


async def test_an_account_closed_meanwhile_goes_back_to_login(site: Site) -> None:
    async with site.client() as client:
        await site.login(client, "closed")
        answer = await client.get(f"/units/{ROOT}")
    assert answer.headers["location"].startswith("/login")


@pytest.mark.parametrize("next_page", ["//evil.example", "https://evil.example", "/\\evil.example", "evil"])
async def test_login_never_leads_elsewhere(site: Site, next_page: str) -> None:
    async with site.client() as client:
        answer = await client.post("/login", data={"handle": "province", "password": PASSWORD, "next": next_page})
    assert answer.headers["location"] == "/"


async def test_a_one_time_password_must_be_changed_first(site: Site) -> None:
    async with site.client() as client:
        assert (await site.login(client, "fresh")).headers["location"] == "/password"
        assert (await client.get(f"/units/{ROOT}")).headers["location"] == "/password"
        differ = await client.post("/password", data={"old": PASSWORD, "new": "new-password-12", "again": "other"})
        assert differ.status_code == 422
        short = await client.post("/password", data={"old": PASSWORD, "new": "short", "again": "short"})
        assert short.status_code == 422
        assert "新密码太短" in short.text
        done = await client.post(
            "/password", data={"old": PASSWORD, "new": "new-password-12", "again": "new-password-12"}
        )
        assert done.status_code == 303
        assert (await client.get(f"/units/{ROOT}")).status_code == 200


@pytest.mark.parametrize("origin", ["", "null", "http://evil.example", "http://127.0.0.1:1"])
@pytest.mark.parametrize("page", ["/login", "/logout", "/password"])
async def test_a_write_from_another_origin_is_refused(site: Site, page: str, origin: str) -> None:
    async with site.client() as client:
        answer = await client.post(page, data={"handle": "province", "password": PASSWORD}, headers={"Origin": origin})
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


async def test_a_huge_write_is_refused(site: Site) -> None:
    async with site.client() as client:
        answer = await client.post("/login", data={"handle": "x" * 100_000, "password": "y"})
    assert answer.status_code == 413


async def test_logout_forgets(site: Site, reader: httpx.AsyncClient) -> None:
    await reader.post("/logout")
    assert (await reader.get(f"/units/{ROOT}")).status_code == 303


async def test_overview_names_each_rate_with_what_it_divides(reader: httpx.AsyncClient) -> None:
    text = (await reader.get(f"/units/{ROOT}")).text
    for name in ("R1", "R2", "R3", "R3a", "R4", "R5", "R6", "R7"):
        assert f'id="r-{name}"' in text
        assert f'id="r-{name}-num"' in text
        assert f'id="r-{name}-den"' in text
    assert "实时数，非报送数" in text
    assert "豫建房〔2021〕203号" in text
    assert "登记1,564家，不纳入统计40家" in text
    assert "在营且纳入统计的企业" in text


async def test_children_come_in_division_order_and_lead_down(reader: httpx.AsyncClient) -> None:
    text = (await reader.get(f"/units/{CITY}")).text
    table = text[text.index('class="table children"') :]
    assert re.findall(r'href="/units/(unit-\d+)">', table) == [f"unit-41080{n}" for n in range(2, 8)]
    assert f"/units/{COUNTY}/enterprises?duty=form_organisation" in table
    assert f'<a href="/units/{ROOT}">河南省</a>' in text


async def test_a_past_day_says_so_keeps_the_day_and_is_not_live(reader: httpx.AsyncClient) -> None:
    text = (await reader.get(f"/units/{CITY}?day=2022-03-31")).text
    assert "您查看的是 2022-03-31 的情况" in text
    assert "live-state" not in text
    assert "实时数" not in text
    assert f"/units/{COUNTY}?day=2022-03-31" in text


async def test_what_was_known_then_is_told_apart_and_leads_on_to_the_same(reader: httpx.AsyncClient) -> None:
    text = (await reader.get(f"/units/{CITY}?known_at=2022-04-02T09:00")).text
    assert "当时已知数，非报送数" in text
    assert "只依据 2022-04-02 09:00 之前已记录的事实" in text
    assert "live-state" not in text
    then = "known_at=2022-04-02T09%3A00"
    assert f'href="/units/{COUNTY}?{then}"' in text
    assert f'href="/units/{CITY}?{then}' not in text
    assert f"/units/{CITY}/xlsx?{then}" in text
    assert f"/units/{CITY}/advisers" not in text
    for room in ("enterprises", "projects", "organisations"):
        listed = (await reader.get(f"/units/{CITY}/{room}?{then}")).text
        assert '<input type="hidden" name="known_at" value="2022-04-02T09:00">' in listed
        assert f'href="/enterprises/914108000000000018?{then}"' in listed
        assert 'href="/projects/' not in listed
        assert 'href="/organisations/' not in listed


async def test_a_page_says_how_far_it_is_recalled_and_asks_again(site: Site, reader: httpx.AsyncClient) -> None:
    site.world.recalled = pb.Recollection(position=900, folded=300)
    answer = await reader.get(f"/units/{CITY}/enterprises?known_at=2022-04-02T09:00")
    assert answer.status_code == 202
    assert 'value="300" max="900"' in answer.text
    assert 'data-seconds="1"' in answer.text
    site.world.recalled = pb.Recollection(position=900, problem="登记服务暂时联系不上")
    answer = await reader.get(f"/units/{CITY}/xlsx?known_at=2022-04-02T09:00")
    assert answer.status_code == 202
    assert 'data-seconds="5"' in answer.text
    assert "登记服务暂时联系不上" in answer.text


@pytest.mark.parametrize("day", ["2022-02-30", "yesterday", "<script>", "9" * 300])
async def test_a_day_that_is_none_is_explained(reader: httpx.AsyncClient, day: str) -> None:
    answer = await reader.get(f"/units/{CITY}", params={"day": day})
    assert answer.status_code == 422
    assert "年-月-日" in answer.text
    assert "<script>" not in answer.text


async def test_a_unit_without_enterprises_says_what_to_do(site: Site, reader: httpx.AsyncClient) -> None:
    site.world.empty.add(CITY)
    text = (await reader.get(f"/units/{CITY}")).text
    assert "本单位还没有登记企业" in text


async def test_an_unknown_unit_is_a_page_with_what_to_do(reader: httpx.AsyncClient) -> None:
    answer = await reader.get("/units/nowhere")
    assert answer.status_code == 404
    assert "没有找到" in answer.text
    assert "查找" in answer.text


async def test_list_keeps_its_conditions_over_pages(reader: httpx.AsyncClient) -> None:
    text = (await reader.get(f"/units/{CITY}/enterprises?duty=join&overdue=1&day=2022-03-31")).text
    following = re.search(r'href="([^"]+)"[^>]*>下一页|rel="next" href="([^"]+)"', text)
    assert following is not None
    address = (following[1] or following[2]).replace("&amp;", "&")
    for part in ("at=more", "duty=join", "overdue=1", "day=2022-03-31"):
        assert part in address
    further = (await reader.get(address)).text
    for word in ("回到第一页", "上一页", "第 4–6 条", "您查看的是 2022-03-31 的情况"):
        assert word in further


async def test_headings_sort_and_keep_the_conditions(reader: httpx.AsyncClient) -> None:
    text = (await reader.get(f"/units/{CITY}/enterprises?duty=join&sort=due")).text
    assert 'aria-sort="ascending"' in text
    for part in ("duty=join&amp;sort=-due", "duty=join&amp;sort=code"):
        assert part in text
    assert "sort=rate" not in text


async def test_lists_beside_the_enterprises_and_one_project(reader: httpx.AsyncClient) -> None:
    projects = (await reader.get(f"/units/{CITY}/projects?day=2022-03-31")).text
    assert "/projects/prj-1?day=2022-03-31" in projects
    assert "暂无企业服务" in projects
    organisations = (await reader.get(f"/units/{CITY}/organisations")).text
    for part in ("联合组建", "党支部", "2026-05-01", "党组织任期90日内届满", f"/enterprises/{CODE}"):
        assert part in organisations
    advisers = (await reader.get(f"/units/{CITY}/advisers")).text
    for part in ("张**", "社区党组织班子成员", "1 家企业、0 个项目", f"/enterprises/{CODE}"):
        assert part in advisers
    project = (await reader.get("/projects/prj-1")).text
    for part in ("1200", "满意率 91%", "整改情况尚未公示", "2026-03-01", "/enterprises/ent-1"):
        assert part in project


async def test_an_empty_list_says_so(reader: httpx.AsyncClient) -> None:
    assert "没有符合条件的企业" in (await reader.get(f"/units/{CITY}/enterprises?duty=survey")).text


async def test_enterprise_shows_facts_clause_row_and_history(reader: httpx.AsyncClient) -> None:
    text = (await reader.get(f"/enterprises/{CODE}")).text
    for part in (
        "3名",
        "二(二)1",
        "凡有3名以上正式党员",
        "正式党员 ≥ 3 名",
        "2026-05-02",
        "至今",
        "已更正",
        "未建原因",
    ):
        assert part in text


async def test_steps_of_forming_come_in_their_order(reader: httpx.AsyncClient) -> None:
    text = (await reader.get(f"/enterprises/{CODE}")).text
    assert "单独党支部" in text
    assert text.index("组建步骤（动员）") < text.index("组建步骤（请示）")
    assert "组建形式" not in text


async def test_an_account_that_registry_does_not_tell_still_sees_the_rest(site: Site) -> None:
    async with site.client() as client:
        await site.login(client, "other")
        text = (await client.get(f"/enterprises/{CODE}")).text
    assert "组建步骤暂时无法显示" in text
    assert "应建未建" in text


async def test_a_reader_is_told_that_small_counts_are_a_band(site: Site, reader: httpx.AsyncClient) -> None:
    async with site.client() as client:
        await site.login(client, "other")
        text = (await client.get(f"/enterprises/{CODE}")).text
    assert say("console.enterprise.banded") in text
    assert say("console.enterprise.banded") not in (await reader.get(f"/enterprises/{CODE}")).text


async def test_an_enterprise_sees_its_filing_and_no_other_page(site: Site) -> None:
    async with site.client() as client:
        await site.login(client, "firm")
        start = await client.get("/")
        assert start.headers["location"] == "/filing"
        for page in (
            f"/units/{CITY}",
            f"/units/{CITY}/enterprises",
            "/enterprises/ent-1",
            "/find?q=物业",
            "/health",
            "/audit",
        ):
            refused = await client.get(page)
            assert refused.status_code == 403, page
            assert say("console.problem.firm.title") in refused.text


@pytest.mark.parametrize(
    "page",
    [
        f"/units/{CITY}/enterprises",
        f"/units/{CITY}/projects",
        "/projects/prj-1",
        f"/enterprises/{CODE}",
        "/find?q=<script>",
    ],
)
async def test_names_are_escaped(reader: httpx.AsyncClient, page: str) -> None:
    text = (await reader.get(page)).text
    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text
    assert EVIL not in text


async def test_find_opens_an_exact_code_at_once(reader: httpx.AsyncClient) -> None:
    assert (await reader.get(f"/find?q={CODE}")).headers["location"] == f"/enterprises/{CODE}"
    found = (await reader.get("/find?q=郑州")).text
    assert "/units/unit-410100" in found
    assert "没有找到“zzz”" in (await reader.get("/find?q=zzz")).text


async def test_health_counts_what_is_kept_aside(reader: httpx.AsyncClient) -> None:
    text = (await reader.get("/health")).text
    assert "待处理数据共 6 条" in text
    assert "2026-03-31" in text
    assert "▲" in text


async def test_health_says_which_service_does_not_answer(site: Site, reader: httpx.AsyncClient) -> None:
    await site.services.stop()
    answer = await reader.get("/health")
    assert answer.status_code == 200
    assert answer.text.count("没有应答") >= 2
    overview = await reader.get(f"/units/{ROOT}")
    assert overview.status_code == 503
    assert overview.headers["retry-after"] == "5"
    assert "自动恢复" in overview.text
    await site.services.start()


@pytest.mark.parametrize("page", ["/login", "/healthz", "/static/console.css", "/nowhere", *PAGES])
async def test_every_answer_keeps_to_the_policy(reader: httpx.AsyncClient, page: str) -> None:
    answer = await reader.get(page)
    assert answer.headers["content-security-policy"].startswith("default-src 'self'; img-src 'self' data:;")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-correlation-id"]
    assert not re.search(r"<[^>]+\sstyle=|<style|<script(?![^>]+src=)|\son\w+=", answer.text)


async def test_health_check_is_open_and_assets_are_kept(site: Site) -> None:
    async with site.client() as client:
        assert (await client.get("/healthz")).text == "ok\n"
        address = re.search(r"/static/console\.css\?v=\w+", (await client.get("/login")).text)
        assert address is not None
        answer = await client.get(address[0])
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["content-encoding"] == "gzip"
        assert (await client.get("/static/..%2Fmain.py")).status_code == 404
