"""Kept answers: computed once for all who ask together, and never older than the question."""

from __future__ import annotations

import asyncio

import pytest

from services.coverage.queries.kept import KeptAnswers
from services.coverage.queries.moments import Moment


class Basis:
    """What answers stand on, and how often they were computed."""

    def __init__(self) -> None:
        self.position = 0
        self.tree = 0
        self.computed: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.kept = KeptAnswers(self.moment, lambda: self.tree, most=2)

    async def moment(self) -> Moment:
        return (self.position,)

    async def ask(self, question: str) -> str:
        async def compute() -> str:
            self.computed.append(question)
            answer = f"{question} at {self.position}"
            await self.gate.wait()
            return answer

        answer: str = await self.kept.get(question, compute)
        return answer


async def test_equal_questions_are_computed_once_until_something_changes() -> None:
    basis = Basis()
    assert {await basis.ask("a") for _ in range(3)} == {"a at 0"}
    assert len(basis.computed) == 1
    basis.position = 1
    assert await basis.ask("a") == "a at 1"
    basis.tree = 1
    await basis.ask("a")
    assert len(basis.computed) == 3


async def test_who_comes_after_a_change_does_not_get_what_was_begun_before() -> None:
    basis = Basis()
    basis.gate.clear()
    early = [asyncio.create_task(basis.ask("a")) for _ in range(3)]
    while not basis.computed:
        await asyncio.sleep(0)
    basis.position = 1
    late = asyncio.create_task(basis.ask("a"))
    while len(basis.computed) < 2:
        await asyncio.sleep(0)
    basis.gate.set()
    assert set(await asyncio.gather(*early)) == {"a at 0"}
    assert await late == "a at 1"
    assert len(basis.computed) == 2


async def test_one_who_goes_away_does_not_end_it_for_the_others() -> None:
    basis = Basis()
    basis.gate.clear()
    first, second = (asyncio.create_task(basis.ask("a")) for _ in range(2))
    while not basis.computed:
        await asyncio.sleep(0)
    first.cancel()
    basis.gate.set()
    assert await second == "a at 0"
    assert first.cancelled()


async def test_a_failure_is_told_and_not_kept() -> None:
    basis = Basis()

    async def fail() -> None:
        raise ValueError("away")

    with pytest.raises(ValueError, match="away"):
        await basis.kept.get("a", fail)
    assert await basis.ask("a") == "a at 0"


async def test_the_least_asked_goes_first() -> None:
    basis = Basis()
    for question in ("a", "b", "a", "c", "a", "b"):
        await basis.ask(question)
    assert basis.computed == ["a", "b", "c", "b"]
