"""Settings and texts: what is chosen once, what the environment overrides, what is refused."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from xianfeng.failure import StartFailure
from xianfeng.runtime.installation import PORT_NAMES
from xianfeng.settings import Settings
from xianfeng.words import catalogue, say


def load(base: Path, **environ: str) -> Settings:
    return Settings.load({"XIANFENG_DATA_DIR": str(base / "data"), **environ})


def test_what_was_chosen_once_stays(tmp_path: Path) -> None:
    first, second = load(tmp_path), load(tmp_path)
    assert first.installation == second.installation
    assert first.secrets == second.secrets
    assert len(set(first.installation.ports.values())) == len(PORT_NAMES)


def test_secrets_are_private(tmp_path: Path) -> None:
    load(tmp_path)
    for name in ("installation.json", "secrets.json"):
        assert stat.S_IMODE((tmp_path / "data" / name).stat().st_mode) == 0o600


def test_a_role_gets_its_login_and_schema(tmp_path: Path) -> None:
    settings = load(tmp_path)
    found = conninfo_to_dict(settings.dsn("coverage"))
    assert (found["user"], found["host"], found["dbname"]) == ("coverage", "127.0.0.1", "xianfeng")
    assert found["options"] == "-c search_path=coverage"


def test_an_existing_server_keeps_its_place(tmp_path: Path) -> None:
    settings = load(tmp_path, XIANFENG_DATABASE_URL="postgresql://boss:it's@db.example:6432/party")
    found = conninfo_to_dict(settings.dsn("registry"))
    assert (found["host"], found["port"], found["dbname"], found["user"]) == ("db.example", "6432", "party", "registry")
    assert conninfo_to_dict(settings.dsn("postgres"))["user"] == "boss"


def test_ports_and_brokers_from_the_environment(tmp_path: Path) -> None:
    settings = load(tmp_path, XIANFENG_PORT_CONSOLE="8888", XIANFENG_KAFKA_BOOTSTRAP="a:1, b:2")
    assert settings.address("console") == "127.0.0.1:8888"
    assert settings.kafka_bootstrap == ["a:1", "b:2"]


def test_a_port_that_is_none_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(StartFailure, match="XIANFENG_PORT_CONSOLE"):
        load(tmp_path, XIANFENG_PORT_CONSOLE="eighty")


def test_data_of_another_version_are_refused(tmp_path: Path) -> None:
    load(tmp_path)
    path = tmp_path / "data" / "installation.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": 99}))
    with pytest.raises(StartFailure, match="99"):
        load(tmp_path)


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    load(tmp_path)
    (tmp_path / "data" / "secrets.json").write_text("{")
    with pytest.raises(StartFailure, match=r"secrets\.json"):
        load(tmp_path)


def test_nothing_is_created_unless_asked(tmp_path: Path) -> None:
    with pytest.raises(StartFailure, match="xianfeng up"):
        Settings.load({"XIANFENG_DATA_DIR": str(tmp_path / "data")}, create=False)
    assert not (tmp_path / "data").exists()


def test_a_missing_text_or_value_names_itself() -> None:
    with pytest.raises(KeyError, match=r"runtime\.nowhere"):
        say("runtime.nowhere")
    with pytest.raises(KeyError, match="path"):
        say("runtime.disk-full")


def test_every_text_can_be_read() -> None:
    assert all(text.strip() for text in catalogue().values())
