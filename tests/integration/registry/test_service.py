"""The service as a process: first fill, first administrator, the bus, and a clean end."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import grpc
import psycopg
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from proto.xianfeng.registry.v1 import accounts_pb2, accounts_pb2_grpc, commands_pb2, commands_pb2_grpc
from tests.fixtures.servers import free_port, wait_until
from tests.integration.registry.codes import next_code
from xianfeng.rpc.channel import open_channel
from xianfeng.rpc.tokens import read_local_token
from xianfeng.runtime import postgres
from xianfeng.settings import Settings


@pytest.fixture(scope="module")
def settings(
    postgres_dsn: str, kafka_bootstrap: list[str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    info = psycopg.conninfo.conninfo_to_dict(postgres_dsn)
    url = "postgresql://{user}:{password}@{host}:{port}/{dbname}".format(**info)
    environ = {
        "XIANFENG_DATA_DIR": str(tmp_path_factory.mktemp("registry")),
        "XIANFENG_DATABASE_URL": url,
        "XIANFENG_KAFKA_BOOTSTRAP": ",".join(kafka_bootstrap),
        "XIANFENG_PORT_REGISTRY": str(free_port()),
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environ.items():
            patch.setenv(name, value)
        found = Settings.load()
        postgres.provision(found)
        yield found


@contextmanager
def service(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    log = settings.data_dir / "registry.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "services.registry"], stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
    try:
        wait_until(lambda: healthy(settings) or process.poll() is not None, "health of registry", seconds=60)
        assert process.poll() is None, log.read_text()[-3000:]
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0, log.read_text()[-3000:]


def healthy(settings: Settings) -> bool:
    with grpc.insecure_channel(settings.address("registry")) as channel:
        try:
            answer = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(), timeout=1)
        except grpc.RpcError:
            return False
    return answer.status == health_pb2.HealthCheckResponse.SERVING


def count_of(settings: Settings, query: str) -> int:
    with psycopg.connect(settings.dsn("registry"), autocommit=True) as connection:
        row = connection.execute(query).fetchone()
    assert row is not None
    return int(row[0])


def test_first_and_second_start(settings: Settings) -> None:
    with service(settings):
        events = count_of(settings, "select count(*) from registry_events")
        assert events > 45_000
        password_file = settings.data_dir / "first-password"
        assert stat.S_IMODE(os.stat(password_file).st_mode) == 0o600
        with grpc.insecure_channel(settings.address("registry")) as channel:
            answer = accounts_pb2_grpc.AccountsStub(channel).Login(
                accounts_pb2.LoginRequest(handle="admin", password=password_file.read_text().strip())
            )
        assert answer.account.must_change_password
        assert answer.account.role == "administrator"
        wait_until(lambda: relayed(settings) == newest(settings), "relay of all events", seconds=60)
    with service(settings):
        assert count_of(settings, "select count(*) from registry_events") == events
        with open_channel(settings.address("registry"), read_local_token(settings.data_dir)) as channel:
            meta = commands_pb2.CommandMeta(command_id="first-enterprise")
            receipt = commands_pb2_grpc.CommandsStub(channel).RegisterEnterprise(
                commands_pb2.RegisterEnterpriseRequest(meta=meta, code=next_code(), name="某物业", unit="410802")
            )
        assert receipt.version == 1


def newest(settings: Settings) -> int:
    return count_of(settings, "select max(notification_id) from registry_events")


def relayed(settings: Settings) -> int:
    return count_of(settings, "select coalesce(max(tail), 0) from relay")


def test_starts_only_with_a_root_that_exists(settings: Settings) -> None:
    environ = {**os.environ, "XIANFENG_ROOT_UNIT": "999999"}
    ended = subprocess.run(
        [sys.executable, "-m", "services.registry"],
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    assert "999999" in ended.stderr
