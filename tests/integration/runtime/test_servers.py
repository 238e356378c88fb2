"""The embedded servers, for real: they answer, they keep schemas apart, they speak of what is wrong."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from xianfeng.failure import StartFailure
from xianfeng.runtime import kafka, postgres
from xianfeng.settings import Settings


def settings_for(data_dir: Path, dsn: str) -> Settings:
    return Settings.load({"XIANFENG_DATA_DIR": str(data_dir), "XIANFENG_DATABASE_URL": dsn})


def test_a_service_sees_its_own_schema_only(tmp_path: Path, postgres_dsn: str) -> None:
    settings = settings_for(tmp_path, postgres_dsn)
    postgres.provision(settings)
    postgres.provision(settings)
    with psycopg.connect(settings.dsn("registry")) as registry:
        registry.execute("create table secret (n int)")
    with psycopg.connect(settings.dsn("coverage")) as coverage:
        assert coverage.execute("select current_schema()").fetchone() == ("coverage",)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            coverage.execute("select * from registry.secret")


def test_a_wrong_password_is_refused(tmp_path: Path, postgres_dsn: str) -> None:
    settings = settings_for(tmp_path, postgres_dsn)
    postgres.provision(settings)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(settings.dsn("registry"), password="guess")


def test_names_sort_and_fold_as_unicode(postgres_dsn: str) -> None:
    with psycopg.connect(postgres_dsn) as connection:
        assert connection.execute("select upper('é')").fetchone() == ("É",)


async def test_the_broker_takes_and_gives_records(kafka_bootstrap: list[str]) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka_bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic("runtime-test", 12, 1)])
    await admin.close()
    async with AIOKafkaProducer(bootstrap_servers=kafka_bootstrap, acks="all", enable_idempotence=True) as producer:
        await producer.send_and_wait("runtime-test", "先锋".encode(), partition=7)
    consumer = AIOKafkaConsumer("runtime-test", bootstrap_servers=kafka_bootstrap, auto_offset_reset="earliest")
    async with consumer:
        record = await consumer.getone()
    assert (record.partition, record.value.decode()) == (7, "先锋")


def test_data_of_another_postgres_are_refused(tmp_path: Path) -> None:
    (tmp_path / "PG_VERSION").write_text("16\n")
    with pytest.raises(StartFailure, match="PostgreSQL 16"):
        postgres.create_cluster(tmp_path, "unused")


def test_data_of_another_kafka_are_refused(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "meta.properties").write_text("version=1\ncluster.id=somebody-else\n")
    with pytest.raises(StartFailure, match="另一个安装"):
        kafka.format_storage(tmp_path, "ours", 1, 2)
