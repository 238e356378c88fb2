"""Why a cell says what it says: clause and text, the rows of the table as written, the rule for the due day."""

from __future__ import annotations

from collections.abc import Callable

from proto.xianfeng.coverage.v1 import coverage_pb2 as pb
from xianfeng.rules import Cell, RuleSet
from xianfeng.words import say

__all__ = ["clause_label", "clause_of", "clause_text", "explain_cell", "rule_set_label"]


def rule_set_label(rules: RuleSet) -> str:
    """The document and the name of the rule set, as it stands beside every figure."""
    return say("coverage.explain.rule-set", document=rules.document, name=rules.name)


def clause_label(rules: RuleSet, clause: str) -> str:
    """Where the clause stands: the document's number and the section that its text begins with."""
    section, _, _ = rules.clauses[clause].partition("：")
    return f"{rules.document} {section}"


def clause_of(rules: RuleSet) -> Callable[[int], str]:
    """Gives the label of the clause that decides what a row of this cell shows: its duty's, else its status's."""

    def label(cell: int) -> str:
        decided = rules.cells[cell]
        return clause_label(rules, decided.duty_clause if decided.duty else decided.status_clause)

    return label


def clause_text(rules: RuleSet, clause: str) -> str:
    """The clause's words, without where it stands."""
    _, _, text = rules.clauses[clause].partition("：")
    return text


def explain_cell(rules: RuleSet, cell: Cell, answer: pb.Explanation) -> None:
    """Fill in what decided: for the status, and for the duty if there is one."""
    status, duty = rules.statuses[cell.status_row - 1], rules.duties[cell.duty_row - 1]
    answer.status_clause = clause_label(rules, cell.status_clause)
    answer.status_clause_text = clause_text(rules, cell.status_clause)
    answer.table_row = say(
        "coverage.explain.table-row", status_row=status.number, status=say(f"coverage.status.{cell.status}"),
        status_when=status.text, duty_row=duty.number, duty=say(f"coverage.duty.{cell.duty or 'none'}"),
        duty_when=duty.text,
    )  # fmt: skip
    if cell.duty:
        answer.duty_clause = clause_label(rules, cell.duty_clause)
        answer.duty_clause_text = clause_text(rules, cell.duty_clause)
        answer.due_rule = _due_rule(rules, cell)


def _due_rule(rules: RuleSet, cell: Cell) -> str:
    rule = rules.dues[cell.due]
    if rule.until_of is not None:
        return say("coverage.due_rule.review_date")
    if rule.deadline is None:
        return say("coverage.due_rule.none")
    return say("coverage.due_rule.deadline_or_days", deadline=rule.deadline, days=rule.days)
