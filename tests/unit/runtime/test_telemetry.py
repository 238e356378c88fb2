"""One JSON object a line, with service and correlation id; a flood from a library is one line."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from xianfeng import telemetry


@pytest.fixture(autouse=True)
def clean() -> Iterator[None]:
    """Logs go where they went before: what these tests capture is closed afterwards."""
    structlog.contextvars.clear_contextvars()
    handlers, level = logging.root.handlers[:], logging.root.level
    yield
    structlog.reset_defaults()
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_line_names_service_and_correlation(capsys: pytest.CaptureFixture[str]) -> None:
    telemetry.configure("registry", {})
    telemetry.bind_correlation("c-1")
    structlog.get_logger().info("command-saved", unit="焦作市")
    [line] = lines(capsys)
    assert (line["service"], line["correlation_id"], line["unit"]) == ("registry", "c-1", "焦作市")
    assert telemetry.correlation() == "c-1"


def test_a_flood_of_one_message_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    telemetry.configure("coverage", {})
    for attempt in range(100):
        logging.getLogger("aiokafka").error("no broker, attempt %d", attempt)
    assert len(lines(capsys)) == 1


def test_an_exception_stays_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    telemetry.configure("coverage", {})
    try:
        raise ValueError("broken")
    except ValueError:
        structlog.get_logger().exception("fold-failed")
    [line] = lines(capsys)
    assert "ValueError: broken" in str(line["exception"])


def test_a_span_without_listener_costs_nothing_and_works() -> None:
    with telemetry.span("work", rows=3) as current:
        assert not current.is_recording()
