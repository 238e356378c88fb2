"""Tokens, permissions and violations: what needs no server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, ValidationError, field_validator

from proto.xianfeng.platform.v1 import log_pb2
from xianfeng.clock import ManualClock
from xianfeng.refusal import Kind, Refused
from xianfeng.rpc.caller import Principal
from xianfeng.rpc.errors import DETAILS, failure_of
from xianfeng.rpc.permissions import Permissions, methods_of
from xianfeng.rpc.tokens import Tokens, read_local_token, write_local_token
from xianfeng.rpc.violations import violations

NOW = datetime(2026, 1, 5, tzinfo=UTC)
WHO = Principal("acc-1", "operator", "unit-1", "ent-1", 3)
ROLES = '["xianfeng.platform.v1.EventLog"]\n'


def tokens(key: bytes = b"k" * 32, clock: ManualClock | None = None) -> Tokens:
    return Tokens(key, clock or ManualClock(NOW))


def test_a_token_says_who_until_when() -> None:
    clock = ManualClock(NOW)
    issued = tokens(clock=clock)
    token = issued.issue(WHO)
    assert issued.read(token) == WHO
    assert issued.expires(token) == NOW + timedelta(hours=12)
    clock.set(NOW + timedelta(hours=12))
    with pytest.raises(Refused) as caught:
        issued.read(token)
    assert (caught.value.kind, caught.value.reason) == ("unauthenticated", "expired-token")


def test_another_key_proves_nothing() -> None:
    with pytest.raises(Refused):
        tokens(b"x" * 32).read(tokens().issue(WHO))


@given(st.text(max_size=300), st.integers(0, 200))
def test_what_was_not_issued_is_refused(text: str, place: int) -> None:
    token = tokens().issue(WHO)
    spoilt = token[: place % len(token)] + "~" + token[place % len(token) + 1 :]
    for forged in (text, spoilt):
        with pytest.raises(Refused):
            tokens().read(forged)


def test_the_local_token_is_the_owner_s_alone_and_lasts(tmp_path: Path) -> None:
    write_local_token(tmp_path, tokens(), WHO)
    assert (tmp_path / "local-token").stat().st_mode & 0o777 == 0o600
    later = tokens(clock=ManualClock(NOW + timedelta(days=9_000)))
    assert later.read(read_local_token(tmp_path)) == WHO
    with pytest.raises(Refused):
        read_local_token(tmp_path / "elsewhere")


def test_a_service_s_token_is_fresh_at_each_call() -> None:
    clock = ManualClock(NOW)
    issued = tokens(clock=clock)
    token = issued.for_service("console")
    clock.set(NOW + timedelta(days=90))
    assert issued.read(token()) == Principal("system:console", "service")


def test_the_table_of_roles_is_read_and_asked(tmp_path: Path) -> None:
    path = tmp_path / "roles.toml"
    path.write_text(ROLES + 'Read = ["service"]\n')
    permissions = Permissions.load(path)
    methods = methods_of(log_pb2.DESCRIPTOR.services_by_name["EventLog"])
    assert permissions.missing(methods) == ["/xianfeng.platform.v1.EventLog/MarkAt"]
    assert permissions.may(Principal("a", "service"), methods[0])
    assert not permissions.may(Principal("a", "auditor"), methods[0])


@pytest.mark.parametrize("line", ['Read = "service"', "Read = []", "Read = [1]"])
def test_a_broken_table_is_refused_by_name(tmp_path: Path, line: str) -> None:
    path = tmp_path / "roles.toml"
    path.write_text(ROLES + line)
    with pytest.raises(ValueError, match=r"roles\.toml: /xianfeng\.platform\.v1\.EventLog/Read"):
        Permissions.load(path)


class Wanted(BaseModel):
    count: int = Field(ge=1)
    kind: Literal["a", "b"]
    name: str = Field(max_length=3)
    word: str = ""

    @field_validator("word")
    @classmethod
    def _no_secret(cls, word: str) -> str:
        if word == "secret":
            raise ValueError("no secrets")
        if word == "秘密":
            raise ValueError("不能写秘密")
        return word


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"count": 0}, ("count", "不能小于 1。")),
        ({"count": "13912345678x"}, ("count", "必须是整数。")),
        ({"kind": "c"}, ("kind", "只能是以下各项之一:'a' or 'b'。")),
        ({"name": "13912345678"}, ("name", "最多 3 个字符。")),
        ({"word": "secret"}, ("word", "内容不符合要求。")),
        ({"word": "秘密"}, ("word", "不能写秘密")),
    ],
)
def test_violations_are_in_chinese_and_quote_nothing(fields: dict[str, object], expected: tuple[str, str]) -> None:
    with pytest.raises(ValidationError) as caught:
        Wanted.model_validate({"count": 1, "kind": "a", "name": "x"} | fields)
    assert violations(caught.value) == [expected]


@pytest.mark.parametrize("kind", Kind.__args__)  # type: ignore[attr-defined]
def test_every_kind_of_refusal_fits_into_metadata(kind: Kind) -> None:
    long = "长" * 5_000
    failure = failure_of(Refused(long, kind=kind, reason="r", field=long, rule=long, remedy=long))
    assert len(failure.status.SerializeToString()) + 9 * len(failure.status.message) < 6_000
    assert not failure.unexpected
    assert DETAILS.endswith("-bin")
