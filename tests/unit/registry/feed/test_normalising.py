"""A registry's words become ours, or the row says why not; nothing of persons is looked at."""

from __future__ import annotations

import random
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from services.registry.codes import check_code
from services.registry.feed.faults import Fault
from services.registry.feed.normalising import normalise_record
from services.registry.feed.rows import RegistryRow, pack, unpack
from services.registry.feed.vocabulary import columns, is_person, status_of
from tests.e2e.office import codes
from xianfeng.refusal import Refused
from xianfeng.words import catalogue

CODE = next(codes(1))
WRONG = CODE[:-1] + ("A" if CODE[-1] != "A" else "B")


def row(**texts: str) -> RegistryRow:
    read = normalise_record({"统一社会信用代码": CODE, "企业名称": "甲物业服务有限公司", **texts}, 7)
    assert isinstance(read, RegistryRow), read
    return read


def faults(**texts: str) -> list[Fault]:
    read = normalise_record({"统一社会信用代码": CODE, "企业名称": "甲物业服务有限公司", **texts}, 7)
    assert isinstance(read, list), read
    return read


def test_synonyms_full_width_and_date_forms() -> None:
    read = normalise_record({
        " 统一社会信用代码 ": "".join(chr(ord(c) + 0xFEE0) for c in CODE), "单位名称": " 乙物业　有限公司 ", "成立日期": "2003年7月3日",
        "登记状态": "存续（在营、开业、在册）", "住所": "焦作市解放区民主路１８号", "企业类型": "有限责任公司分公司", "法定代表人": "某人",
    })  # fmt: skip
    assert isinstance(read, RegistryRow)
    assert (read.code, read.name, read.founded, read.status) == (CODE, "乙物业 有限公司", "2003-07-03", "active")
    assert (read.address, read.kind) == ("焦作市解放区民主路18号", "branch_office")
    assert "某人" not in "".join(read[1:])


@pytest.mark.parametrize("empty", ["", "N/A", "—", "无", "（略）", " "])
def test_what_says_nothing_is_not_stated(empty: str) -> None:
    read = row(注册地址=empty, 注册日期=empty, 企业类型=empty, 企业状态=empty)
    assert (read.address, read.founded, read.kind, read.status) == ("", "", "", "active")


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("存续", "active"), ("在业", "active"), ("迁往市外", "moved_out"), ("拟注销", "closing"), ("非正常户", "suspended"),
        ("吊销，未注销", "revoked"), ("吊销未注销", "revoked"), ("撤销", "revoked"), ("吊销已注销", "deregistered"), ("注 销", "deregistered"),
    ],
)  # fmt: skip
def test_status_words(word: str, status: str) -> None:
    assert status_of(word) == status
    assert row(企业状态=word).status == status


def test_an_unknown_status_is_no_fault_and_keeps_its_word() -> None:
    read = row(企业状态="待核查")
    assert (read.status, read.word) == ("unknown", "待核查")


@pytest.mark.parametrize(
    ("texts", "field", "reason"),
    [
        ({"统一社会信用代码": WRONG}, "code", "code-check"),
        ({"统一社会信用代码": "914101000000000000"}, "code", "code-damaged"),
        ({"统一社会信用代码": "4101002000123"}, "code", "code-old"),
        ({"统一社会信用代码": "410100200012345"}, "code", "code-old"),
        ({"统一社会信用代码": "9.14101E+17"}, "code", "code-number"),
        ({"统一社会信用代码": "A1410100170036137J"}, "code", "code-not-supported"),
        ({"统一社会信用代码": "91410100"}, "code", "code-form"),
        ({"统一社会信用代码": ""}, "code", "code-missing"),
        ({"企业名称": " "}, "name", "name-missing"),
        ({"注册日期": "2021-02-30"}, "founded", "day-calendar"),
        ({"注册日期": "去年"}, "founded", "day-form"),
        ({"注册地址": "路" * 201}, "address", "text-long"),
        ({"注册地址": "民主路1号 13812345678"}, "address", "text-personal"),
    ],
)
def test_each_fault_names_its_field_and_reason(texts: dict[str, str], field: str, reason: str) -> None:
    (fault,) = faults(**texts)
    assert (fault.number, fault.field, fault.reason) == (7, field, reason)
    assert fault.message
    assert fault.remedy
    assert "13812345678" not in fault.message + fault.value


def test_every_fault_of_a_row_is_told() -> None:
    assert [fault.reason for fault in faults(统一社会信用代码=WRONG, 企业名称="", 注册日期="2021-02-30")] == [
        "code-check", "name-missing", "day-calendar"
    ]  # fmt: skip


def test_persons_columns_are_known_as_such_and_never_kept() -> None:
    assert all(is_person(name) for name in ("法人代表", "法定代表人（负责人）", "联系电话", "电话", "手机号"))
    assert not any(is_person(heading) for heading in columns())


def test_each_reason_has_its_words() -> None:
    reasons = {key.split(".")[2] for key in catalogue() if key.startswith("feed.fault.") and key.count(".") == 3}
    assert all(f"feed.fault.{reason}.{part}" in catalogue() for reason in reasons for part in ("message", "remedy"))


def test_the_quick_check_is_the_library_s() -> None:
    source = random.Random(3)
    for code in islice(codes(3), 500):
        at = source.randrange(18)
        other = code[:at] + source.choice("0123456789ABCDEFGHJKLMNPQRTUWXY") + code[at + 1 :]
        assert check_code(code) == code
        try:
            check_code(other)
        except Refused:
            assert not uscc.is_valid(other)
        else:
            assert uscc.is_valid(other)


@given(st.lists(st.text(max_size=20), min_size=12, max_size=12))
def test_a_packed_row_is_the_same_row(texts: list[str]) -> None:
    read = RegistryRow(3, *texts)
    assert unpack(3, pack(read)) == read
    assert RegistryRow(9, *texts).digest == read.digest
    assert read._replace(name=read.name + "x").digest != read.digest
    if texts[0] and texts[1] and texts[2]:
        assert RegistryRow.of(read.columns(), 3) == read
