"""The story goes on: plausible commands by gRPC, so many a second, about what the store holds."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

import grpc
from google.protobuf.json_format import MessageToDict, ParseDict
from google.protobuf.message_factory import GetMessageClass

from proto.xianfeng.registry.v1 import commands_pb2
from proto.xianfeng.registry.v1 import queries_pb2 as pb
from proto.xianfeng.registry.v1.queries_pb2_grpc import QueriesStub
from services.registry.demo.plan import ROOT
from xianfeng.event import new_id
from xianfeng.refusal import Refused
from xianfeng.words import say

__all__ = ["Report", "go_on"]

Report = Callable[[int, int, float], None]
"""Called each second: sent, refused, and the rate of that second."""
Command = tuple[str, dict[str, Any]]

_TIMEOUT = 30.0
_KNOWN = 1_000
"""How many of each kind are chosen from."""
_SERVICE = commands_pb2.DESCRIPTOR.services_by_name["Commands"]


def go_on(
    channel: grpc.Channel, rate: int, report: Report, *, until: Callable[[], bool] = lambda: False,
    chance: Random | None = None,
) -> None:  # fmt: skip
    """Send `rate` commands a second until `until` or Ctrl-C. Raises Refused where no demonstration stands."""
    choosing = _Choosing(channel, chance or Random())
    sent = refused = in_second = 0
    began = second = time.monotonic()
    try:
        while not until():
            refused += not _send(channel, *choosing.command())
            sent, in_second = sent + 1, in_second + 1
            now = time.monotonic()
            if now - second >= 1.0:
                report(sent, refused, in_second / (now - second))
                second, in_second = now, 0
            time.sleep(max(began + sent / rate - now, 0.0))
    except KeyboardInterrupt:
        return


def _send(channel: grpc.Channel, name: str, fields: dict[str, Any]) -> bool:
    """False when a rule refused it: the choice did not know everything."""
    method = _SERVICE.methods_by_name[name]
    request = ParseDict({**fields, "meta": {"command_id": new_id()}}, GetMessageClass(method.input_type)())
    call = channel.unary_unary(
        f"/{_SERVICE.full_name}/{name}", request_serializer=type(request).SerializeToString,
        response_deserializer=GetMessageClass(method.output_type).FromString,
    )  # fmt: skip
    try:
        call(request, timeout=_TIMEOUT)
    except grpc.RpcError as error:
        if error.code() in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED):
            raise
        return False
    return True


class _Choosing:
    """Chooses a command that is likely to be allowed, by the facts that the lists show."""

    def __init__(self, channel: grpc.Channel, chance: Random) -> None:
        queries, request = QueriesStub(channel), pb.ListRequest(unit=ROOT, page_size=_KNOWN)
        firms = queries.ListEnterprises(request, timeout=_TIMEOUT)
        if not firms.demonstration or not firms.rows:
            raise Refused(say("demo.cli.live-nothing"), reason="demo-live")
        self._day = date.fromisoformat(firms.day)
        self._chance = chance
        self._firms = [row for row in map(_row, firms.rows) if row["facts"].get("registry_status") == "active"]
        self._sites = [_row(row) for row in queries.ListProjects(request, timeout=_TIMEOUT).rows]
        advisers = [_row(row) for row in queries.ListAdvisers(request, timeout=_TIMEOUT).rows]
        self._advisers = [row for row in advisers if "left" not in row["facts"] and "term" in row["facts"]]
        self._makers = (
            (34, self._count), (14, self._report), (14, self._meeting), (8, self._households), (8, self._assign),
            (6, self._train), (5, self._reason), (5, self._mass), (3, self._recruit), (3, self._class),
        )  # fmt: skip

    def command(self) -> Command:
        make = self._chance.choices([m for _, m in self._makers], [w for w, _ in self._makers])[0]
        return make()

    def _count(self) -> Command:
        firm = self._firm()
        formal = max(int(firm["facts"].get("formal", 0)) + self._chance.choice((-1, 1, 1)), 0)
        firm["facts"]["formal"] = formal
        return "CountMembers", {"enterprise": firm["subject"], "formal": formal}

    def _report(self) -> Command:
        firm = self._firm()
        reported = int(firm["facts"].get("formal", 0)) + self._chance.choice((0, 0, 0, 1))
        return "CountMembers", {"enterprise": firm["subject"], "formal": reported, "source": "declared"}

    def _meeting(self) -> Command:
        return "RecordJointMeeting", {
            "project": self._site()["subject"],
            "on": self._day.isoformat(),
            "topic": "车位管理",
        }

    def _households(self) -> Command:
        return "ChangeProjectDetails", {
            "project": self._site()["subject"],
            "households": self._chance.randrange(60, 2_600),
        }

    def _assign(self) -> Command:
        if not self._advisers:
            return self._count()
        adviser = self._chance.choice(self._advisers)
        return "AssignAdviser", {"enterprise": self._firm()["subject"], "adviser": adviser["subject"]}

    def _train(self) -> Command:
        return "RecordTraining", {
            "enterprise": self._firm()["subject"], "kind": "secretary_training", "level": "county", "people": 1
        }  # fmt: skip

    def _reason(self) -> Command:
        reason = self._chance.choice(("no_members", "investor_unwilling", "superior_not_guiding", "other"))
        return "StateUncoveredReason", {"enterprise": self._firm()["subject"], "reason": reason}

    def _mass(self) -> Command:
        name = self._chance.choice(("FormMassOrganisation", "EndMassOrganisation"))
        return name, {"enterprise": self._firm()["subject"], "kind": "union"}

    def _recruit(self) -> Command:
        until = self._day + timedelta(days=self._chance.randrange(60, 360))
        return "PlanRecruiting", {"enterprise": self._firm()["subject"], "until": until.isoformat()}

    def _class(self) -> Command:
        project_class = self._chance.choice(("served_well", "not_served_or_badly"))
        return "DecideProjectClass", {"project": self._site()["subject"], "project_class": project_class}

    def _firm(self) -> dict[str, Any]:
        return self._chance.choice(self._firms)

    def _site(self) -> dict[str, Any]:
        return self._chance.choice(self._sites)


def _row(row: pb.Row) -> dict[str, Any]:
    return dict(MessageToDict(row, preserving_proto_field_name=True, always_print_fields_with_no_presence=True))
