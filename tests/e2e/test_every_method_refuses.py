"""Every gRPC method of the running services, found in the descriptors: strangers, wrong roles, and values of any kind.

Targets outside the unit, versions and fields of the commands are tried one by one in tests/integration/registry.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import pytest
from google.protobuf.descriptor import FieldDescriptor
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import services.coverage.server
import services.registry.server
from services.registry.divisions import unit_id
from services.registry.events import CATALOGUE
from tests.e2e.anything import BAD_NUMBERS, BAD_TEXTS, anything
from tests.e2e.methods import METHODS, Caller, Method, declared, message_of
from tests.e2e.office import Office, codes
from tests.fixtures.installation import Installation
from tests.reference import Reference
from xianfeng.rpc.caller import Principal
from xianfeng.rpc.channel import open_channel
from xianfeng.rpc.permissions import OPEN, Permissions
from xianfeng.rpc.tokens import read_local_token

TABLES = {
    "registry": Permissions.load(*services.registry.server.ROLES),
    "coverage": Permissions.load(Path(services.coverage.server.__file__).parent / "roles.toml"),
}
ROLES = sorted({role for table in TABLES.values() for roles in table.table.values() for role in roles} - {"*"})
NATION = unit_id("100000")
ADMINISTRATOR = Principal("system:tester", "administrator", NATION)
CLOSED = [method for method in METHODS if method.path not in OPEN]
CRASHED = {"INTERNAL", "UNKNOWN", "DATA_LOSS", "UNIMPLEMENTED", "UNAVAILABLE", "DEADLINE_EXCEEDED"}
BROKEN = b"\x0a\xff\xff\xff"
CalledBy = Callable[[Principal | None], Caller]
LIKELY_WORDS = (
    "410802", "2026-01-01", "administrator", "community", "some-command-1", "county", "joint", "own", "union", "other",
    "approved", "committee", "withdrawn", "split", "scope", "served_well", "branch_office", "closing", "yes", "none",
)  # fmt: skip


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation of its own: what is thrown at it may stick."""
    with Installation(tmp_path_factory.mktemp("refusing")) as installation:
        yield installation


@pytest.fixture(scope="module")
def called_by(target: Installation) -> Iterator[CalledBy]:
    """Somebody's calls, over the same channels in every test; nobody's are without a token."""
    callers = dict[Principal | None, Caller]()

    def called_by(principal: Principal | None) -> Caller:
        if principal not in callers:
            callers[principal] = Caller(target.settings, principal)
        return callers[principal]

    yield called_by
    for caller in callers.values():
        caller.close()


@pytest.fixture(scope="module")
def likely(target: Installation) -> tuple[str, ...]:
    """Texts that name something there."""
    office = Office(target.settings)
    found = list(LIKELY_WORDS)
    for n, code in enumerate(islice(codes(77), 3)):
        found += [code, office.do("RegisterEnterprise", code=code, name=f"拒收{n}物业", unit="410802")["subject"]]
    found.append(office.do("OpenOrganisation", name="拒收联合支部", form="joint", unit="410802")["subject"])
    found.append(office.do("RegisterProject", name="拒收小区", unit="410802")["subject"])
    found.append(office.do("AppointAdviser", kind="other", unit="410802", name="戊")["subject"])
    office.close()
    return tuple(found)


def head(office: Office) -> int:
    return int(office.operate("registry", "Status")["relay"]["head"])


def test_what_is_served_is_what_is_declared(target: Installation) -> None:
    for server in TABLES:
        with open_channel(target.settings.address(server), read_local_token(target.data_dir)) as channel:
            found = set(ProtoReflectionDescriptorDatabase(channel).get_services())
        wanted = {method.descriptor.containing_service.full_name for method in METHODS if method.server == server}
        assert {name for name in found if not name.startswith("grpc.")} == wanted
    assert {service.full_name for service in declared()} == {m.descriptor.containing_service.full_name for m in METHODS}


@pytest.mark.parametrize("method", CLOSED, ids=str)
def test_a_stranger_is_refused(called_by: CalledBy, method: Method) -> None:
    stranger = called_by(None)
    assert stranger.refusal(method) == "UNAUTHENTICATED"
    assert stranger.refusal(method, (), ("authorization", "Bearer forged.token")) == "UNAUTHENTICATED"
    assert stranger.refusal(method, (), ("authorization", "Basic eDp4")) == "UNAUTHENTICATED"


@pytest.mark.parametrize("method", CLOSED, ids=str)
def test_a_role_that_is_not_in_the_table_is_refused(called_by: CalledBy, method: Method) -> None:
    allowed = TABLES[method.server].table[method.path]
    for role in ("nobody", *ROLES):
        if role not in allowed and "*" not in allowed:
            somebody = called_by(Principal("system:tester", role, NATION))
            assert somebody.refusal(method) == "PERMISSION_DENIED", role


WHOLE = [m for m in CLOSED if m.path.startswith("/xianfeng.platform.") and m.descriptor.name != "Status"]


@pytest.mark.parametrize("method", WHOLE, ids=str)
def test_what_concerns_all_units_is_refused_below_the_root(called_by: CalledBy, method: Method) -> None:
    """The other methods name a target; these have the whole deployment for one."""
    below = called_by(Principal("system:tester", "administrator", unit_id("410000")))
    assert below.refusal(method) == "PERMISSION_DENIED"
    assert called_by(ADMINISTRATOR).status(method) != "PERMISSION_DENIED"


@pytest.mark.parametrize("method", METHODS, ids=str)
def test_bytes_that_are_no_request_are_refused(called_by: CalledBy, method: Method) -> None:
    assert called_by(ADMINISTRATOR).refusal(method, [BROKEN]) == "INVALID_ARGUMENT"


@pytest.mark.parametrize("method", METHODS, ids=str)
def test_each_bad_field_breaks_nothing(called_by: CalledBy, method: Method) -> None:
    for field in method.descriptor.input_type.fields:
        for n, value in enumerate(_bad(field)):
            request = message_of(method, {field.name: [value] if field.is_repeated else value})
            # Failed logins are counted by address: each comes from another.
            status = called_by(ADMINISTRATOR).status(method, [request], ("x-client-address", f"192.0.2.{n}"))
            assert status not in CRASHED, (field.name, str(value)[:50])


def test_wrong_and_huge_values_crash_nothing_and_leave_no_half_of_an_event(
    target: Installation, called_by: CalledBy, likely: tuple[str, ...]
) -> None:
    office = Office(target.settings)
    pids = {name: target.pid(name) for name in TABLES}
    before = head(office)
    _throw(called_by(ADMINISTRATOR), likely)
    office.settle()
    assert {name: target.pid(name) for name in TABLES} == pids
    target.until_healthy()
    assert head(office) >= before
    raws = [recorded.event for recorded in office.log("registry")]
    versions = defaultdict[str, list[int]](list)
    for raw in raws:
        event = CATALOGUE.load(raw)
        versions[event.originator_id].append(event.originator_version)
    assert all(found == list(range(1, len(found) + 1)) for found in versions.values())
    status = target.status()
    assert (status["held"], status["dead_letters"]) == (0, 0)
    said = office.ask("Figures", unit="")["figures"]
    wanted = Reference(raws).figures("100000", said["day"])
    assert {name: int(n) for name, n in said["by_duty"].items() if int(n) and name} == wanted.by_duty
    office.close()


def _throw(caller: Caller, likely: tuple[str, ...]) -> None:
    @settings(
        max_examples=1_000, database=None, phases=(Phase.explicit, Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(st.data())
    def throw(data: st.DataObject) -> None:
        method = data.draw(st.sampled_from(METHODS))
        fields = anything(method.descriptor.input_type, likely)
        many = (
            st.lists(fields, max_size=4)
            if method.descriptor.client_streaming
            else st.lists(fields, min_size=1, max_size=1)
        )
        requests = [message_of(method, one) for one in data.draw(many)]
        address = ("x-client-address", f"192.0.2.{data.draw(st.integers(0, 255))}")
        status = caller.status(method, requests, address)
        assert status not in CRASHED or _is_too_many(method, status), (str(method), status)

    throw()


def _is_too_many(method: Method, status: str) -> bool:
    """Login says "not now" to an address that failed too often."""
    return method.descriptor.name == "Login" and status == "UNAVAILABLE"


def _bad(field: FieldDescriptor) -> tuple[object, ...]:
    if field.type == FieldDescriptor.TYPE_STRING:
        return BAD_TEXTS
    if field.cpp_type == FieldDescriptor.CPPTYPE_INT64:
        return BAD_NUMBERS
    if field.cpp_type in (FieldDescriptor.CPPTYPE_INT32, FieldDescriptor.CPPTYPE_ENUM):
        return BAD_NUMBERS[:3]
    return ()
