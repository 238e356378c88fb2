"""Servers from outside: a PostgreSQL and a Kafka that exist, and a collector of traces."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import msgspec
import psycopg
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from psycopg import errors, sql
from psycopg.conninfo import make_conninfo

from proto.xianfeng.registry.v1 import commands_pb2, commands_pb2_grpc
from tests.e2e.office import Office, codes
from tests.e2e.page import Page
from tests.fixtures.installation import Installation
from tests.fixtures.servers import PASSWORD, QUICK, free_port, running
from tests.integration.bus.stage import Broker
from xianfeng.runtime import postgres

OPERATOR, DATABASE = "operator", "province"
CODES = codes(41)


class Collector:
    """Takes traces as OTLP over HTTP; `spans` are (service, name, correlation id)."""

    def __init__(self) -> None:
        self.spans: list[tuple[str, str, str]] = []
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                collector.take(self.rfile.read(int(self.headers["content-length"])))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Says nothing on the terminal."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def take(self, body: bytes) -> None:
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            service = _attribute(resource.resource.attributes, "service.name")
            for scope in resource.scope_spans:
                for span in scope.spans:
                    self.spans.append((service, span.name, _attribute(span.attributes, "xianfeng.correlation_id")))

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Outside(NamedTuple):
    database: str
    broker: Broker
    collector: Collector


def _attribute(attributes: Any, name: str) -> str:
    return next((str(one.value.string_value) for one in attributes if one.key == name), "")


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    """A database whose owner may create roles and nothing else, an empty broker, a collector."""
    directory, port = tmp_path_factory.mktemp("outside"), free_port()
    postgres.create_cluster(directory / "postgres", PASSWORD)
    command = postgres.server_command(directory / "postgres", port, QUICK)
    broker = Broker(directory / "kafka")
    broker.directory.mkdir()
    with running(command, directory / "postgres.log", lambda: postgres.answers(port)):
        broker.start()
        collector = Collector()
        _make_database(port)
        yield Outside(f"postgresql://{OPERATOR}:{PASSWORD}@127.0.0.1:{port}/{DATABASE}", broker, collector)
        collector.close()
        broker.stop()


def _make_database(port: int) -> None:
    administrator = make_conninfo(host="127.0.0.1", port=port, user="postgres", password=PASSWORD, dbname="postgres")
    with psycopg.connect(administrator, autocommit=True) as connection:
        create = sql.SQL("create role {} login createrole password {}")
        connection.execute(create.format(sql.Identifier(OPERATOR), sql.Literal(PASSWORD)))
        owned = sql.SQL("create database {} owner {}").format(sql.Identifier(DATABASE), sql.Identifier(OPERATOR))
        connection.execute(owned)


@pytest.fixture(scope="module")
def guest(tmp_path_factory: pytest.TempPathFactory, outside: Outside) -> Iterator[Installation]:
    """An installation that has no server of its own."""
    environ = {
        "XIANFENG_DATABASE_URL": outside.database,
        "XIANFENG_KAFKA_BOOTSTRAP": ",".join(outside.broker.bootstrap),
        "OTEL_EXPORTER_OTLP_ENDPOINT": outside.collector.address,
        "OTEL_BSP_SCHEDULE_DELAY": "100",
    }
    with Installation(tmp_path_factory.mktemp("guest"), environ) as installation:
        yield installation


def figures(office: Office) -> Any:
    office.settle()
    return office.ask("Figures", unit="410802")["figures"]


def test_no_server_is_started_beside_those_from_outside(guest: Installation) -> None:
    guest.until_healthy()
    assert {process["name"] for process in guest.status()["processes"]} == {"registry", "coverage", "console"}
    assert not (guest.data_dir / "postgres").exists()
    assert not (guest.data_dir / "kafka").exists()


def test_a_fact_comes_through_and_a_second_start_goes_on(guest: Installation, outside: Outside) -> None:
    office = Office(guest.settings)
    code = next(CODES)
    office.do("RegisterEnterprise", code=code, name="外接物业服务有限公司", unit="410802")
    office.do("CountMembers", enterprise=code, formal=3, probationary=0, elsewhere=0)
    first = figures(office)
    assert int(first["registered"]) == 1
    assert first["by_duty"]["form_organisation"] == "1"
    office.close()
    guest.stop()
    assert postgres.answers(urlsplit(outside.database).port or 0)
    guest.start()
    again = Office(guest.settings)
    assert figures(again) == first
    again.close()


@pytest.mark.parametrize("role", ["registry", "coverage", "console"])
def test_each_service_s_role_sees_its_own_schema_alone(guest: Installation, role: str) -> None:
    tables = {"registry": "registry.registry_events", "coverage": "coverage.coverage_events"}
    with psycopg.connect(guest.settings.dsn(role), autocommit=True) as connection:
        rights = "select rolsuper, rolcreaterole, rolcreatedb from pg_roles where rolname = current_user"
        assert connection.execute(rights).fetchone() == (False, False, False)
        for owner, table in tables.items():
            query = sql.SQL("select count(*) from {}").format(sql.Identifier(*table.split(".")))
            if owner == role:
                assert connection.execute(query).fetchone()
            else:
                with pytest.raises(errors.InsufficientPrivilege):
                    connection.execute(query)
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute("create table public.somebody (n int)")


def test_one_correlation_id_goes_from_a_command_to_the_news_and_into_the_traces(
    guest: Installation, outside: Outside
) -> None:
    office, page, code = Office(guest.settings), Page(guest.settings), next(CODES)
    request = commands_pb2.RegisterEnterpriseRequest(code=code, name="循迹物业", unit="410802")
    request.meta.command_id = "trace-command-1"
    commands = commands_pb2_grpc.CommandsStub(office.registry)
    receipt = commands.RegisterEnterprise(request, timeout=20, metadata=(("x-correlation-id", "cor-trace-1"),))
    office.settle()
    for service in ("registry", "coverage"):
        office.until(lambda s=service: told(office, s, receipt.subject) == {"cor-trace-1"}, f"the event of {service}")
    assert page.client.get("/units/410802", headers={"X-Correlation-Id": "cor-trace-2"}).status_code == 200
    wanted = {
        ("xianfeng-registry", "/xianfeng.registry.v1.Commands/RegisterEnterprise", "cor-trace-1"),
        ("xianfeng-console", "page", "cor-trace-2"),
        ("xianfeng-coverage", "/xianfeng.coverage.v1.Coverage/Overview", "cor-trace-2"),
    }
    office.until(lambda: wanted <= set(outside.collector.spans), f"{wanted} among the spans")
    page.close()
    office.close()


def told(office: Office, service: str, subject: str) -> set[str]:
    """The correlation ids of what a service recorded of this enterprise."""
    heads = [msgspec.json.decode(recorded.event) for recorded in office.log(service)]
    return {head["correlationid"] for head in heads if subject in (head["subject"], head["data"].get("enterprise"))}
