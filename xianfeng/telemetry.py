"""Logs and traces of a process: JSON lines on standard error, and one correlation id from a command to the page."""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from typing import Any

import structlog
from opentelemetry import trace

__all__ = ["bind_correlation", "configure", "correlation", "span"]

# Libraries that report one outage hundreds of times a second.
NOISY = ("aiokafka", "faststream", "grpc", "asyncio", "psycopg.pool")
REPEAT_AFTER = 30.0
EXPORT_TO = "OTEL_EXPORTER_OTLP_ENDPOINT"
# Follows the provider that is set later; asking for a tracer at each span costs more than the span.
_tracer = trace.get_tracer("xianfeng")


def configure(service: str, environ: Mapping[str, str] = os.environ) -> None:
    """Set up logs (and traces, where an OTLP endpoint is given) of this process. Call once, first thing."""
    before = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _naming(service),
    ]
    structlog.configure(
        processors=[
            *before,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    _adopt_standard_logging(before)
    if environ.get(EXPORT_TO):
        _export_traces(service)


def bind_correlation(correlation_id: str) -> None:
    """Put the correlation id on every log line and span of this task and what it starts."""
    structlog.contextvars.bind_contextvars(correlation_id=correlation_id)


def correlation() -> str | None:
    """Return the correlation id that is bound here."""
    found = structlog.contextvars.get_contextvars().get("correlation_id")
    return None if found is None else str(found)


@contextmanager
def span(name: str, **attributes: str | int | float | bool) -> Iterator[trace.Span]:
    """Trace a piece of work, with the correlation id; costs next to nothing when nobody listens."""
    with _tracer.start_as_current_span(name, attributes=attributes) as current:
        if current.is_recording() and (bound := correlation()):
            current.set_attribute("xianfeng.correlation_id", bound)
        yield current


class _OnceInAWhile(logging.Filter):
    """Lets the same message of the same logger pass once in 30 s and says how often it was held back."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: dict[tuple[str, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        key = (record.name, str(record.msg))
        last, held = self._seen.get(key, (float("-inf"), 0))
        if time.monotonic() - last < REPEAT_AFTER:
            self._seen[key] = (last, held + 1)
            return False
        self._seen[key] = (time.monotonic(), 0)
        record.repeated = held
        return True


def _naming(service: str) -> Any:
    def name(_: Any, __: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        entry["service"] = service
        return entry

    return name


def _adopt_standard_logging(before: list[Any]) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.ExtraAdder({"repeated"}), *before],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    handler.addFilter(_OnceInAWhile())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    for library in NOISY:
        logging.getLogger(library).setLevel(logging.ERROR)


def _export_traces(service: str) -> None:
    # Loaded only where traces are wanted: the kit costs a quarter of a second at the start.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource.create({"service.name": f"xianfeng-{service}"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
