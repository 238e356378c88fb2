"""One measured figure beside its target, and the page that shows them all."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

__all__ = ["Figure", "machine", "p99", "page"]


@dataclass(frozen=True)
class Figure:
    """`value` in `unit`; `target` with its comparison, such as (">=", 100_000)."""

    name: str
    value: float
    unit: str
    target: tuple[str, float]
    how: str = ""

    @property
    def met(self) -> bool:
        compare: dict[str, Callable[[float, float], bool]] = {">=": lambda a, b: a >= b, "<=": lambda a, b: a <= b}
        return compare[self.target[0]](self.value, self.target[1])

    def row(self) -> str:
        verdict = "met" if self.met else "**missed**"
        goal = f"{self.target[0]} {_number(self.target[1])}"
        return f"| {self.name} | {_number(self.value)} {self.unit} | {goal} | {verdict} | {self.how} |"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def p99(seconds: Iterable[float]) -> float:
    """Milliseconds that 99 of 100 do not exceed."""
    taken = sorted(seconds)
    return taken[int(len(taken) * 0.99)] * 1000


def machine() -> str:
    """Cores, processor, memory, system: what a figure means nothing without."""
    model = next((line.split(":")[1].strip() for line in _lines("/proc/cpuinfo") if "model name" in line), "?")
    memory = next((int(line.split()[1]) // 2**20 for line in _lines("/proc/meminfo") if "MemTotal" in line), 0)
    return f"{os.cpu_count()} cores of {model}, {memory} GiB, {platform.system()} {platform.release()}, Python {platform.python_version()}"


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines()


def page(figures: Iterable[Figure]) -> str:
    """The figures as Markdown."""
    head = ["# Measurements", "", f"Made by `make bench` on {datetime.now(UTC):%Y-%m-%d}: {machine()}.", ""]
    table = ["| figure | measured | target | | how |", "|---|---|---|---|---|"]
    return "\n".join([*head, *table, *(figure.row() for figure in figures)]) + "\n"
