"""Texts that attack whoever reads them, through every form and by import: refused or harmless, and said so."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import httpx
import pytest
from playwright.sync_api import Browser, expect

from services.console.session import COOKIE
from tests.e2e.browser import DESK, Visitor
from tests.e2e.forms import Form, forms_of
from tests.e2e.office import Office
from tests.e2e.page import Page
from tests.e2e.session import session_of
from tests.fixtures.installation import Installation
from xianfeng.tabular import open_table
from xianfeng.words import say

UNIT = "410822"
SCRIPT = "<script>window.taken=1</script>\"'><img src=x onerror=window.taken=1>物业"
FORMULA = "=cmd|' /C calc'!A0"
REVERSED = "阳光\u202e业物\u202c"
NUL = "阳光\0物业"
REFUSED = {REVERSED: "方向标记", NUL: "控制字符"}
ACTION = re.compile(r'href="((?:/\w+/[^/"]+)/entry/[A-Z]\w+)"')


@pytest.fixture(scope="module")
def origin(page: Page) -> dict[str, str]:
    return {"Origin": str(page.client.base_url).rstrip("/")}


@pytest.fixture(scope="module")
def street(office: Office) -> str:
    return str(office.ask("Overview", unit=UNIT)["children"][0]["unit"]["code"])


@pytest.fixture(scope="module")
def subjects(office: Office, street: str, new_codes: Iterator[str]) -> dict[str, str]:
    """Room → a subject of each kind, named by a script or a formula: an enterprise and whatever belongs to it."""
    code, since = next(new_codes), "2026-01-10"
    enterprise: str = office.do("RegisterEnterprise", code=code, name=SCRIPT, unit=street, effective=since)["subject"]
    project = office.do("RegisterProject", name=SCRIPT, unit=UNIT)["subject"]
    office.do("StartService", project=project, enterprise=enterprise)
    organisation = office.do("OpenOrganisation", name=FORMULA, form="own", unit=UNIT, of=enterprise)["subject"]
    adviser = office.do("AppointAdviser", kind="community", unit=UNIT, name="张三")["subject"]
    committee = office.do("FormCommittee", name=SCRIPT, unit=UNIT, leading_group=3, staff=1)["subject"]
    office.settle()
    return {
        "units": UNIT, "enterprises": enterprise, "projects": project, "organisations": organisation,
        "advisers": adviser, "committees": committee,
    }  # fmt: skip


@pytest.fixture(scope="module")
def enterprise(subjects: dict[str, str]) -> str:
    return subjects["enterprises"]


def administrator(browser: Browser, installation: Installation, page: Page) -> Visitor:
    """The page's reader in a browser."""
    visitor = Visitor(browser, f"http://{installation.settings.address('console')}", DESK)
    visitor.bear(page.cookie)
    return visitor


def is_harmless(answer: httpx.Response) -> None:
    assert answer.status_code < 500, (answer.url, answer.text[:500])
    assert "<script>window" not in answer.text
    assert "<img" not in answer.text


@pytest.mark.parametrize("text", [SCRIPT, FORMULA, REVERSED, NUL, "长" * 5_000])
def test_every_text_field_of_every_kind_refuses_or_shows_it_as_text(
    page: Page, subjects: dict[str, str], origin: dict[str, str], text: str
) -> None:
    tried, told = dict.fromkeys(subjects, 0), 0
    for room, subject in subjects.items():
        for address in dict.fromkeys(ACTION.findall(page.get(f"/{room}/{subject}/entry/"))):
            for form in with_texts(page, address, text):
                answer = page.client.post(address, data={**form.values, "act": "check"}, headers=origin)
                is_harmless(answer)
                tried[room] += 1
                told += REFUSED.get(text, "\0") in answer.text
                if text in REFUSED:
                    assert answer.status_code == 422, (address, form.texts)
    assert all(tried.values()), tried
    if text in REFUSED:
        assert told >= len(tried)


@pytest.mark.parametrize("text", [REVERSED, NUL, "长" * 5_000, FORMULA, SCRIPT])
def test_every_other_form_refuses_or_shows_it_as_text(
    page: Page, street: str, subjects: dict[str, str], origin: dict[str, str], text: str
) -> None:
    """Months are sent and given back, mappings saved, reports excused with it; whoever logs in is called so."""
    month = f"/units/{street}/reports/2026-02"
    for address in ("/login", f"/units/{UNIT}/ledger/mappings/l4", f"/units/{UNIT}/reports?month=2026-02", month):
        forms = with_texts(page, address, text)
        # What was taken once is not asked for again.
        assert forms or text not in REFUSED, address
        for form in forms[:2]:
            if "mappings" in address:
                form.values["name"] = ["hostile"]
            answer = page.client.post(form.action or address, data=form.values, headers=origin)
            is_harmless(answer)
            if address == "/login":
                assert answer.status_code in (401, 422)
            elif text in REFUSED:
                assert (answer.status_code, REFUSED[text] in answer.text) == (422, True), (address, form.texts)
        is_harmless(page.client.get(address))


@pytest.mark.parametrize("text", [REVERSED, NUL, "长" * 5_000, FORMULA, SCRIPT])
def test_the_filing_of_an_enterprise_refuses_or_shows_it_as_text(
    installation: Installation, page: Page, enterprise: str, origin: dict[str, str], text: str
) -> None:
    cookies = {COOKIE: session_of(installation.settings, "enterprise", "", enterprise)}
    with httpx.Client(base_url=page.client.base_url, cookies=cookies, trust_env=False, timeout=30) as client:
        (form,) = [form for form in forms_of(client.get("/filing?change=1").text, text) if form.texts]
        answer = client.post("/filing", data={**form.values, "formed": "no"}, headers=origin)
        is_harmless(answer)
        assert (answer.status_code == 422) == (text in REFUSED or len(text) > 200)
        is_harmless(client.get("/filing"))


def with_texts(page: Page, address: str, text: str) -> list[Form]:
    """The forms of a page that have a text field, filled in."""
    answer = page.client.get(address)
    is_harmless(answer)
    return [form for form in forms_of(answer.text, text) if form.texts]


def test_pages_and_papers_show_it_as_text(
    browser: Browser, installation: Installation, page: Page, enterprise: str
) -> None:
    """In a browser no script of a name runs, and no line of it becomes a part of the page."""
    visitor = administrator(browser, installation, page)
    shown = 0
    for path in (
        f"/units/{UNIT}", f"/units/{UNIT}/enterprises", f"/units/{UNIT}/projects", f"/units/{UNIT}/organisations",
        f"/units/{UNIT}/enterprises/print", f"/enterprises/{enterprise}", f"/enterprises/{enterprise}/entry/",
        f"/enterprises/{enterprise}/entry/RenameEnterprise", f"/enterprises/{enterprise}/print", "/find?q=taken",
        f"/find?q={SCRIPT}",
    ):  # fmt: skip
        visitor.page.goto(path)
        shown += "<script>window.taken=1" in visitor.page.inner_text("body")
        assert visitor.page.evaluate("window.taken") is None, path
        assert visitor.page.locator("img[src=x]").count() == 0, path
    assert shown >= 6
    assert not visitor.problems
    visitor.close()


def test_a_workbook_holds_it_as_text(page: Page, enterprise: str, tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(page.client.get(f"/units/{UNIT}/organisations/xlsx").content)
    with open_table(path) as table:
        cells = [(cell, row.kind(n)) for row in table.rows() for n, cell in enumerate(row.cells)]
    assert (FORMULA, "text") in [(cell, str(kind)) for cell, kind in cells]


def test_an_import_takes_it_as_text_or_says_why_not(
    installation: Installation, page: Page, new_codes: Iterator[str], tmp_path: Path
) -> None:
    names = {next(new_codes): name for name in (SCRIPT, FORMULA, REVERSED)}
    place = ("河南省", "焦作市", "博爱县")
    file = tmp_path / "企业.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerow(("统一社会信用代码", "企业名称", "登记状态", "所在省份", "所在城市", "所在区县"))
        csv.writer(out).writerows((code, name, "存续", *place) for code, name in names.items())
    rejects = str(tmp_path / "未导入.xlsx")
    done = installation.cli("registry", "import", str(file), "--rejects", rejects, expect=None)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    for code in names:
        is_harmless(page.client.get(f"/enterprises/{code}"))
    assert "\u202e" not in page.client.get("/find", params={"q": "阳光"}).text


def test_an_enormous_text_is_refused_in_words(page: Page, enterprise: str, origin: dict[str, str]) -> None:
    address = f"/enterprises/{enterprise}/entry/RenameEnterprise"
    answer = page.client.post(address, data={"name": "长" * 100_000}, headers=origin)
    assert answer.status_code == 413
    assert say("console.problem.too-large.title") in answer.text


def test_a_packed_bomb_and_a_file_that_is_none_are_refused_in_words(
    page: Page, origin: dict[str, str], tmp_path: Path
) -> None:
    bomb = tmp_path / "台账.xlsx"
    with ZipFile(bomb, "w", ZIP_DEFLATED) as packed, packed.open("xl/worksheets/sheet1.xml", "w") as sheet:
        for _ in range(300):
            sheet.write(bytes(1 << 20))
    address = f"/units/{UNIT}/ledger"
    for content, told in ((bomb.read_bytes(), "200 MB"), (b"MZ" + bytes(5_000), "不是")):
        (values,) = (form.values for form in forms_of(page.get(address), "") if form.action.endswith("/ledger"))
        files = {"file": (f"{SCRIPT}.xlsx", content)}
        answer = page.client.post(address, data=values, files=files, headers=origin)
        is_harmless(answer)
        assert answer.status_code == 422
        (alert,) = re.findall(r'role="alert"[^>]*>([^<]+)', answer.text)
        assert told in alert, alert


def test_two_hundred_megabytes_from_a_browser_are_refused_in_words(
    browser: Browser, installation: Installation, page: Page, tmp_path: Path
) -> None:
    large = tmp_path / "台账.xlsx"
    with large.open("wb") as file:
        file.truncate(200 << 20)
    visitor = administrator(browser, installation, page)
    visitor.page.goto(f"/units/{UNIT}/ledger")
    visitor.page.set_input_files("input[type=file]", large)
    upload = visitor.page.locator("form:has(input[type=file])")
    upload.locator("button[type=submit]").click()
    # The page itself says it before anything is sent; a browser that is asked not to check sends all of it.
    said = visitor.page.locator("input[type=file]").evaluate("(field) => field.validationMessage")
    assert "20 MB" in said
    upload.evaluate("(form) => form.submit()")
    expect(visitor.page.get_by_role("alert")).to_contain_text("一个文件最多 20 MB", timeout=30_000)
    visitor.close()
