"""Everything that is asked of one state of knowledge, what is known now or was known then: figures and lists."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from services.coverage.queries.figures import FigureQueries
from services.coverage.queries.finding import Finder
from services.coverage.queries.kept import KeptAnswers
from services.coverage.queries.lists import ListQueries
from services.coverage.queries.organisations import OrganisationQueries
from services.coverage.queries.projects import ProjectQueries
from services.coverage.queries.snapshot import Recalled
from xianfeng.rules import RuleSet
from xianfeng.store.pool import Pool
from xianfeng.units import UnitTree

__all__ = ["Lists", "Questions"]

_KEPT_ROWS = 100


class Lists:
    """Everything that is asked page by page, and finding among it; equal questions are answered once."""

    def __init__(
        self, pool: Pool, tree: UnitTree, rules: RuleSet, kept: KeptAnswers, recalled: Recalled | None = None
    ) -> None:
        self._kept = kept
        self.enterprises = ListQueries(pool, tree, rules, recalled)
        self.projects = ProjectQueries(pool, tree, rules, recalled)
        self.organisations = OrganisationQueries(pool, tree, rules, recalled)
        self.finder = Finder(pool, tree, self.enterprises, self.projects)

    async def page(self, request: Any, compute: Callable[[Any], Awaitable[Any]]) -> Any:
        """What `compute` answers; pages as people read them are kept, whole lists for paper are not."""
        if request.page_size > _KEPT_ROWS:
            return await compute(request)
        question = type(request).__name__, request.SerializeToString(deterministic=True)
        return await self._kept.get(question, partial(compute, request))


class Questions:
    """`recalled`: of what was known then; else of what is known now."""

    def __init__(
        self, pool: Pool, tree: UnitTree, rules: RuleSet, kept: KeptAnswers, recalled: Recalled | None = None
    ) -> None:
        self.figures = FigureQueries(pool, tree, rules, kept, recalled)
        self.lists = Lists(pool, tree, rules, kept, recalled)
