"""The outcome of a file: which rows change something, which nothing, which cannot be taken, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from proto.xianfeng.registry.v1 import ledger_pb2 as pb
from services.registry.ledger.fields import FIELDS, IDENTITY
from services.registry.ledger.file import LedgerFile
from services.registry.ledger.plan import fault
from services.registry.ledger.reading import Statement, reject
from services.registry.ledger.words import shown
from xianfeng.refusal import Refused
from xianfeng.words import say

__all__ = ["Review"]


@dataclass
class Review:
    """Rows by what becomes of them. `answers` are the service's, by row number."""

    file: LedgerFile
    answers: dict[int, pb.LedgerAnswer] = field(default_factory=dict)

    @property
    def to_check(self) -> list[Statement]:
        """The rows that can be read and state something, or whose enterprise must be found at least."""
        return [one for one in self.file.statements if not one.rejects and (one.stated or not one.version)]

    @property
    def rejected(self) -> list[Statement]:
        return [one for one in self.file.statements if one.rejects]

    @property
    def taken(self) -> list[Statement]:
        return [one for one in self.file.statements if not one.rejects]

    @property
    def changing(self) -> list[Statement]:
        """The rows that would change something."""
        return [one for one in self.taken if one.number in self.answers and self.answers[one.number].changes]

    @property
    def needing(self) -> list[Statement]:
        """The rows that are taken, but of which something was not read, needs more, or is warned of."""
        return [one for one in self.taken if one.notes or self._is_told_more(one.number)]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows are of each kind."""
        taken, changing = len(self.taken), len(self.changing)
        return {
            "read": len(self.file.statements), "taken": taken, "changing": changing, "unchanged": taken - changing,
            "needing": len(self.needing), "rejected": len(self.rejected),
        }  # fmt: skip

    @property
    def events(self) -> int:
        return sum(answer.events for answer in self.answers.values() if not answer.repeated)

    def take(self, answers: Mapping[int, pb.LedgerAnswer]) -> None:
        """Note what the service said; a row that it refused is rejected."""
        self.answers |= answers
        by_number = {one.number: one for one in self.file.statements}
        for number, answer in answers.items():
            if answer.HasField("fault"):
                _reject(by_number[number], answer.fault)

    def _is_told_more(self, number: int) -> bool:
        answer = self.answers.get(number)
        return answer is not None and bool(answer.needs or answer.warnings)

    def settle_repeats(self) -> None:
        """One enterprise in several rows: the first is taken if all say the same, otherwise none is."""
        rows: dict[str, list[Statement]] = defaultdict(list)
        for one in self.taken:
            subject = self.answers[one.number].subject if one.number in self.answers else one.subject
            if subject:
                rows[subject].append(one)
        for repeated in (found for found in rows.values() if len(found) > 1):
            if all(one.stated == repeated[0].stated for one in repeated):
                _refuse(repeated[1:], fault("repeated", field="name", number=repeated[0].number))
            else:
                numbers = "、".join(str(one.number) for one in repeated)
                _refuse(repeated, fault("contradicts", field="name", numbers=numbers))


def _reject(row: Statement, told: pb.LedgerFault) -> None:
    key = told.field if told.field in FIELDS or told.field in IDENTITY else "name"
    value = getattr(row, key) if key in IDENTITY else shown(key, row.stated.get(key, ""))
    near = "；".join(
        say("ledger.cli.candidate", name=one.name, code=one.code, unit=one.unit) for one in told.candidates
    )
    remedy = say("ledger.cli.with-candidates", remedy=told.remedy, candidates=near) if near else told.remedy
    row.rejects.append(reject(key, value, told.text, remedy))


def _refuse(rows: Iterable[Statement], refused: Refused) -> None:
    for row in rows:
        row.rejects.append(reject("name", row.name, refused.message, refused.remedy))
