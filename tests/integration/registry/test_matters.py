"""What is open between offices, over real gRPC: both values of a count, and whose turn it is to decide."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import grpc
import pytest

from proto.xianfeng.registry.v1 import matters_pb2 as pb
from proto.xianfeng.registry.v1.matters_pb2_grpc import MattersStub
from tests.integration.registry.codes import next_code
from tests.integration.registry.filling import Directory
from tests.integration.registry.running import JIAOZUO, JIEFANG, LUOYANG, MINSHENG, NATION, SHANYANG, RunningRegistry
from xianfeng.rpc.caller import Principal
from xianfeng.rpc.errors import describe


class Between:
    """Enterprises and questions about what is open."""

    def __init__(self, registry: RunningRegistry, directory: Directory) -> None:
        self.registry = registry
        self._directory = directory

    def register(self, name: str, unit: str = MINSHENG) -> str:
        return str(self.registry.ask("RegisterEnterprise", code=next_code(), name=name, unit=unit).subject)

    def disputed(self, count: int, unit: str) -> None:
        """So many enterprises of which two counts differ."""
        for n in range(0, count, 60):
            codes = [next_code() for _ in range(n, min(n + 60, count))]
            named = [{"code": code, "name": f"众多{code[-6:]}物业", "unit": unit} for code in codes]
            counts = [
                {"enterprise": code, "formal": formal, "source": source}
                for code in codes
                for formal, source in ((4, "organisation_verified"), (6, "declared"))
            ]
            self.registry.submit("RegisterEnterprise", named)
            self.registry.submit("CountMembers", counts)

    def answer(self, role: str, at: str, **asked: Any) -> pb.MatterList:
        self._directory.fill(self.registry.clock.today())
        stub = MattersStub(self.registry.channel(Principal("system:office", role, at)))
        return stub.List(pb.MattersRequest(**asked), timeout=20)  # type: ignore[no-any-return]

    def listed(self, role: str, at: str, **asked: Any) -> list[Any]:
        return list(self.answer(role, at, **asked).matters)

    def of(self, subject: str, role: str, unit: str, **asked: Any) -> list[Any]:
        return [one for one in self.listed(role, unit, **asked) if one.subject == subject]


@pytest.fixture(scope="module")
def between(registry: RunningRegistry) -> Iterator[Between]:
    directory = Directory(registry.dsn, registry.clock.today())
    yield Between(registry, directory)
    directory.connection.close()


def test_both_values_of_a_count_until_it_is_answered(between: Between) -> None:
    firm, ask = between.register("两数物业"), between.registry.ask
    ask("CountMembers", enterprise=firm, formal=4, source="organisation_verified")
    ask("CountMembers", enterprise=firm, formal=6, source="declared")
    (one,) = between.of(firm, "community", MINSHENG, kinds=["verification"])
    assert (one.field, one.known.value, one.known.source) == ("formal", "4", "organisation_verified")
    assert (one.reported.value, one.reported.source) == ("6", "declared")
    assert (one.since, one.until, one.mine) == ("2026-03-02", "2026-04-01", True)
    ask("CountMembers", enterprise=firm, formal=5, source="community_verified")
    assert not between.of(firm, "community", MINSHENG, kinds=["verification"])


def test_both_confirmed_counts_of_a_day_until_one_is_stood_by(between: Between) -> None:
    firm, ask, day = between.register("两方核实物业"), between.registry.ask, {"effective": "2026-02-01"}
    ask("CountMembers", enterprise=firm, formal=4, probationary=1, source="organisation_verified", meta=day)
    said = ask("CountMembers", enterprise=firm, formal=6, probationary=1, source="community_verified", meta=day)
    again = ask("CountMembers", enterprise=firm, formal=6, source="community_verified", meta=day)
    assert (len(said.events), again.unchanged) == (1, True)
    assert "正式党员" in said.warnings[0]
    assert "先核实的 4 名" in said.warnings[0]
    assert list(again.warnings) == list(said.warnings)
    (one,) = between.of(firm, "community", MINSHENG, kinds=["verification"])
    assert (one.known.value, one.known.source, one.known.on) == ("4", "organisation_verified", "2026-02-01")
    assert (one.reported.value, one.reported.source, one.reported.on) == ("6", "community_verified", "2026-02-01")
    assert (one.since, one.until, one.mine, one.unit.name) == ("2026-02-01", "2026-04-01", True, "民生街道")
    ask("CountMembers", enterprise=firm, formal=6, source="organisation_verified", meta=day)
    assert not between.of(firm, "community", MINSHENG, kinds=["verification"])


def test_a_proposal_waits_for_the_level_above(between: Between) -> None:
    firm = between.register("提请物业")
    between.registry.ask("ProposeScope", enterprise=firm, in_scope=False, reason="not_operating", evidence="已搬走")
    between.registry.ask("ProposeNotReady", enterprise=firm, reason="正在筹备", review_date="2026-09-01")
    turns = {
        (role, unit): [one.mine for one in between.of(firm, role, unit)]
        for role, unit in (
            ("sub_district", MINSHENG), ("sub_district", JIEFANG), ("community", JIEFANG), ("housing_authority", JIAOZUO),
        )
    }  # fmt: skip
    assert list(turns.values()) == [[False, False], [True, True], [False, False], [True, True]]
    scope = next(one for one in between.of(firm, "sub_district", JIEFANG, mine=True) if one.kind == "scope")
    assert (scope.evidence, scope.in_scope, scope.unit.name) == ("已搬走", False, "民生街道")
    between.registry.ask("ConfirmScope", enterprise=firm)
    assert [one.kind for one in between.of(firm, "sub_district", JIEFANG)] == ["not_ready"]


def test_a_transfer_is_seen_and_accepted_by_the_other_side(between: Between) -> None:
    firm = between.register("移交物业")
    between.registry.ask("ProposeTransfer", enterprise=firm, to_unit=SHANYANG, reason="搬到山阳区")
    (there,) = between.of(firm, "sub_district", SHANYANG, kinds=["transfer"])
    assert (there.mine, there.to_unit.name, there.unit.name, there.reason) == (True, "山阳区", "民生街道", "搬到山阳区")
    (here,) = between.of(firm, "sub_district", MINSHENG, kinds=["transfer"])
    assert not here.mine
    between.registry.ask("AcceptTransfer", enterprise=firm)
    assert not between.of(firm, "administrator", NATION)


def test_page_by_page_and_only_of_the_own_unit(between: Between) -> None:
    for n in range(3):
        firm = between.register(f"分页{n}物业", SHANYANG)
        between.registry.ask("ProposeTransfer", enterprise=firm, to_unit=JIEFANG)
    pages = [between.listed("sub_district", SHANYANG, page_size=1, offset=n)[0].subject for n in range(3)]
    assert len(set(pages)) == 3
    with pytest.raises(grpc.RpcError) as refused:
        between.listed("sub_district", SHANYANG, unit=JIEFANG)
    assert describe(refused.value).reason == "outside-unit"
    with pytest.raises(grpc.RpcError) as refused:
        between.listed("sub_district", SHANYANG, kinds=["anything"])
    assert describe(refused.value).reason == "matter-kind"


def test_however_many_there_are_all_are_counted_and_listed(between: Between) -> None:
    """A province has more than any one page, and a total that stops somewhere would be a wrong figure."""
    many = 2_100
    between.disputed(many, LUOYANG)
    for mine in (False, True):
        asked = {"kinds": ["verification"], "mine": mine}
        first = between.answer("community", LUOYANG, page_size=200, **asked)
        last = between.answer("community", LUOYANG, page_size=200, offset=many - 50, **asked)
        assert (first.total, last.total, len(first.matters), len(last.matters)) == (many, many, 200, 50)
        assert {one.known.value for one in last.matters} == {"4"}
