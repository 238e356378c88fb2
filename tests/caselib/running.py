"""Takes all cases through an installation: commands by gRPC, the clock from stop to stop, answers from coverage."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Any

import grpc

from tests.caselib.plan import UNIT, Send, Shared, facts, registration, stops, told_at
from tests.caselib.table import Case, Expected
from tests.e2e.office import MovedClock, Office, codes
from xianfeng.rpc.errors import describe
from xianfeng.words import say

__all__ = ["Verdict", "run"]

_CLIENTS = 16
_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found for one case, by each way of asking; `found` is the first that is wrong."""

    case: Case
    found: Expected

    @property
    def right(self) -> bool:
        return self.found == self.case.expected

    def __str__(self) -> str:
        return say(
            "coverage.cases.wrong", case=self.case.number, day=self.case.as_of, expected=self.case.expected,
            found=self.found,
        )  # fmt: skip


class Run:
    """One run over an installation whose clock is `clock`."""

    def __init__(self, office: Office, clock: MovedClock, cases: Sequence[Case], tell: Callable[[str], None]) -> None:
        self._office = office
        self._clock = clock
        self._cases = list(cases)
        self._tell = tell
        self._codes = dict(zip((case.number for case in cases), codes(), strict=False))
        self._pool = ThreadPoolExecutor(_CLIENTS)

    def verdicts(self) -> list[Verdict]:
        days = stops(self._cases)
        self._each(self._register, self._cases)
        shared = self._shared(days[0])
        found: list[Verdict] = []
        for before, day in zip([None, *days], days, strict=False):
            self._clock.to(day)
            self._office.settle()
            self._each(lambda case: self._record(case, shared), [c for c in self._cases if told_at(c, days) == day])
            self._office.settle()
            found += self._ask([c for c in self._cases if c.as_of <= day and (before is None or c.as_of > before)], day)
            self._tell(str(day))
        return sorted(found, key=lambda verdict: verdict.case.number)

    def _register(self, case: Case) -> None:
        for send in registration(case, self._codes[case.number], self._clock.today):
            self._send(case, send)

    def _shared(self, first: date) -> Shared:
        organisations = {}
        for form in ("joint", "regional", "industry", "grid"):
            opened = {"name": f"案例{form}党支部", "form": form, "unit": UNIT}
            organisations[form] = self._office.do("OpenOrganisation", effective=first, **opened)["subject"]
            self._approve(organisations[form], first)
        advisers = {
            kind: self._office.do("AppointAdviser", effective=first, kind=kind, unit=UNIT, name="张三")["subject"]
            for kind in ("community", "other")
        }
        return Shared(organisations, advisers)

    def _record(self, case: Case, shared: Shared) -> None:
        for send in facts(case, self._codes[case.number], shared):
            receipt = self._send(case, send)
            if send.command == "OpenOrganisation":
                self._approve(receipt["subject"], send.effective)

    def _approve(self, organisation: str, day: date) -> None:
        step: dict[str, Any] = {
            "organisation": organisation,
            "step": "approved",
            "on": day,
            "number": "案例〔2021〕1号",
        }
        self._office.do("RecordStep", effective=day, **step)

    def _send(self, case: Case, send: Send) -> Any:
        try:
            return self._office.do(send.command, effective=send.effective, **send.fields)
        except grpc.RpcError as error:
            why = describe(error).message
            raise RuntimeError(
                say("coverage.cases.refused", case=case.number, command=send.command, why=why)
            ) from error

    def _ask(self, cases: Iterable[Case], today: date) -> list[Verdict]:
        """What is asked for today comes from the rows as they stand; another day from the lives behind them."""
        cases = list(cases)
        rows = self._rows_today() if any(case.as_of == today for case in cases) else {}
        return list(self._pool.map(lambda case: self._judge(case, rows if case.as_of == today else None), cases))

    def _rows_today(self) -> dict[str, Any]:
        rows: dict[str, Any] = {}
        token = ""
        while True:
            answer = self._office.ask("List", unit=UNIT, page_size=_PAGE, page_token=token)
            rows |= {row["code"]: row for row in answer["rows"]}
            token = answer["next_page_token"]
            if not token:
                return rows

    def _judge(self, case: Case, today: dict[str, Any] | None) -> Verdict:
        code = self._codes[case.number]
        if today is None:
            listed = self._office.ask("List", unit=UNIT, day=case.as_of, text=code)["rows"]
        else:
            listed = [today[code]] if code in today else []
        explained = self._office.ask("Explain", enterprise=code, day=case.as_of)["row"]
        found = [_answer(row) for row in (*listed, explained)] if listed else [Expected("", "", "", "")]
        return Verdict(case, next((answer for answer in found if answer != case.expected), case.expected))

    def _each(self, act: Callable[[Case], None], cases: Sequence[Case]) -> None:
        for _ in self._pool.map(act, cases):
            pass


def _answer(row: dict[str, Any]) -> Expected:
    return Expected(row["status"], row["duty"], row["since"], row["due"])


def run(office: Office, clock: MovedClock, cases: Sequence[Case], tell: Callable[[str], None]) -> list[Verdict]:
    """Take the cases through an installation that is empty, its clock standing at or before the first stop."""
    clock.to(stops(cases)[0])
    office.settle()
    return Run(office, clock, cases, tell).verdicts()
