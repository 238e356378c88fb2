"""Rule sets as data: dated parameters, clauses, and ordered rows of conditions, compiled to one flat table.

Knows no domain: what the facts mean is the caller's. A rule set answers which row, and so which clause, made an
answer; another document is another file.
"""

from __future__ import annotations

from xianfeng.rules.compiling import compile_rules
from xianfeng.rules.errors import RuleError
from xianfeng.rules.model import Cell, DueRule, Fact, Parameter, Row, RuleSet
from xianfeng.rules.reading import load_rules

__all__ = ["Cell", "DueRule", "Fact", "Parameter", "Row", "RuleError", "RuleSet", "compile_rules", "load_rules"]
