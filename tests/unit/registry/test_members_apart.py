"""党组织核实 and 社区核实 of one day that differ: the first counts until the 数据核实 closes."""

from __future__ import annotations

from datetime import date
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from services.coverage.domain.folded import Folded
from services.coverage.domain.folding import fold
from services.coverage.domain.slots import Slot, in_force
from services.registry.domain.base import Correcting, correcting
from services.registry.domain.enterprise import Enterprise
from services.registry.events import enterprise as facts
from services.registry.matters import Followed, matters_of
from tests.unit.registry.given import TODAY, day, on, refused, some, then, told
from xianfeng.event import Data, Event
from xianfeng.refusal import Refused

UNIT = "unit-00000000-0000-0000-0000-00000000000a"
REGISTERED = ("2021-07-08", facts.EnterpriseRegistered(code="914108007067864417", name="甲物业", unit=UNIT))
FEBRUARY = "2026-02-01"


def enterprise(*more: tuple[str, Data]) -> Enterprise:
    return some(Enterprise, REGISTERED, *more)


def organisation(n: int, **more: int) -> facts.EnterpriseMembersCounted:
    return facts.EnterpriseMembersCounted(formal=n, source="organisation_verified", **more)


def community(n: int, **more: int) -> facts.EnterpriseMembersCounted:
    return facts.EnterpriseMembersCounted(formal=n, source="community_verified", **more)


def opened(confirmed: int, reported: int) -> facts.EnterpriseVerificationOpened:
    return facts.EnterpriseVerificationOpened(
        field="formal", confirmed=confirmed, reported=reported, source="community_verified", answer_by=day("2026-04-01")
    )


def apart() -> Enterprise:
    """The organisation confirmed 3 from February on, then the community 5 from the same day."""
    one = enterprise((FEBRUARY, organisation(3)))
    told(one, lambda: one.count(community(5)), FEBRUARY)
    return one


def kinds(data: list[Data]) -> list[str]:
    return [one.TYPE.split(".")[1] for one in data]


def test_two_confirmed_counts_of_a_day_open_a_verification_and_the_first_counts() -> None:
    one = enterprise((FEBRUARY, organisation(3)))
    # Told a month later: the days to answer are those from now on.
    then(one, lambda: one.count(community(5)), opened(3, 5), when=FEBRUARY)
    assert one.members_known(TODAY) == 3


def test_what_nobody_contradicts_counts_at_once() -> None:
    one = enterprise((FEBRUARY, organisation(3, probationary=1)))
    said = told(one, lambda: one.count(community(5, probationary=1, elsewhere=2)), FEBRUARY)
    assert said == [facts.EnterpriseMembersCounted(elsewhere=2), opened(3, 5)]


def test_an_earlier_or_a_later_day_is_a_change_in_whatever_order_they_are_told() -> None:
    for when in ("2026-01-31", "2026-02-02"):
        one = enterprise((FEBRUARY, organisation(3)))
        with on(when):
            one.count(community(5))
        assert [event.data for event in one.collect_events()] == [community(5)]
        assert (one.members_known(day("2026-01-31")), one.members_known(day(FEBRUARY))) == (
            (5, 3) if when < FEBRUARY else (None, 3)
        )


def test_a_source_may_mend_its_own_word_of_the_day() -> None:
    one = enterprise((FEBRUARY, organisation(3)))
    then(one, lambda: one.count(organisation(4)), organisation(4), when=FEBRUARY)


def test_a_correction_is_no_difference() -> None:
    one = some(Enterprise, REGISTERED)
    with on(FEBRUARY):
        one.count(organisation(3))
        (wrong,) = one.collect_events()
    with correcting(Correcting(wrong, "看错行")):
        said = told(one, lambda: one.count(community(5)), FEBRUARY)
    assert kinds(said) == ["members-counted"]
    assert one.members_known(TODAY) == 5


def test_saying_it_again_is_no_answer() -> None:
    one = apart()
    with on(FEBRUARY):
        assert one.count(community(5)) == ["formal"]
    assert one.collect_events() == []
    assert one.members_known(TODAY) == 3


def test_any_other_count_of_either_answers() -> None:
    for answer, when, expected in (
        (organisation(5), FEBRUARY, 5), (community(3), FEBRUARY, 3), (organisation(3), FEBRUARY, 3),
        (community(4), FEBRUARY, 4), (community(5), "2026-03-02", 5),
    ):  # fmt: skip
        one = apart()
        with on(when):
            one.count(answer)
        said = [event.data for event in one.collect_events()]
        assert kinds(said)[-1:] == ["verification-closed"]
        assert (one.members_known(TODAY), one.verification("formal")) == (expected, None)


def test_closing_it_leaves_the_first() -> None:
    one = apart()
    then(one, lambda: one.close_verification(closed()), closed())
    assert one.members_known(TODAY) == 3


def test_an_earlier_day_answers_nothing_and_no_second_difference_is_opened() -> None:
    one = apart()
    then(one, lambda: one.count(organisation(9)), organisation(9), when="2026-01-10")
    assert one.apart("formal")
    refused(one, "counts-apart", lambda: one.count(community(8)), when="2026-01-10")


def test_the_other_counts_once_the_first_was_never_true() -> None:
    one = some(Enterprise, REGISTERED)
    with on(FEBRUARY):
        one.count(organisation(3))
        (first,) = one.collect_events()
        one.count(community(5))
        (second,) = one.collect_events()
    other = one.copy()
    said = told(one, lambda: one.void(first, "记错企业"))
    assert kinds(said) == ["fact-voided", "members-counted", "verification-closed"]
    assert (one.members_known(day(FEBRUARY)), one.verification("formal")) == (5, None)
    assert kinds(told(other, lambda: other.void(second, "记错企业"))) == ["fact-voided"]
    assert (other.members_known(day(FEBRUARY)), other.verification("formal")) == (3, None)


def test_the_first_confirmed_count_meets_what_was_reported_before() -> None:
    declared = facts.EnterpriseMembersReported(formal=5, source="declared")
    one = enterprise(("2026-01-10", declared))
    differs = facts.EnterpriseVerificationOpened(field="formal", confirmed=3, reported=5, answer_by=day("2026-04-01"))
    then(one, lambda: one.count(community(3)), community(3), differs, when=FEBRUARY)
    late = enterprise((FEBRUARY, community(3)))
    then(late, lambda: late.report(declared), declared, differs, when="2026-01-10")
    same = enterprise(("2026-01-10", declared))
    then(same, lambda: same.count(community(5)), community(5), when=FEBRUARY)
    yearly = enterprise(("2026-01-10", facts.EnterpriseMembersReported(formal=5, source="yearly_report")))
    then(yearly, lambda: yearly.count(community(3, probationary=2)), community(3, probationary=2), when=FEBRUARY)


def test_a_report_said_again_differs_from_a_newer_count() -> None:
    declared = facts.EnterpriseMembersReported(formal=5, source="declared")
    one = enterprise(("2026-01-10", community(5)), ("2026-01-10", declared), (FEBRUARY, community(3)))
    then(one, lambda: one.report(declared), when="2026-01-20")
    assert kinds(told(one, lambda: one.report(declared))) == ["members-reported", "verification-opened"]
    told(one, lambda: one.close_verification(closed()))
    then(one, lambda: one.report(declared))


def test_an_answer_about_an_earlier_day_takes_it_off_the_list() -> None:
    one = some(
        Followed, REGISTERED, ("2026-01-01", community(3)),
        (FEBRUARY, facts.EnterpriseMembersReported(formal=5, source="declared")), (FEBRUARY, opened(3, 5)),
        ("2026-01-15", closed()),
    )  # fmt: skip
    assert (one.verification("formal"), matters_of(one, TODAY)) == (None, {})


def closed() -> facts.EnterpriseVerificationClosed:
    return facts.EnterpriseVerificationClosed(field="formal", reason="经核实")


DAYS = [date(2026, 1, n) for n in range(1, 5)]
_day, _n = st.sampled_from(DAYS), st.integers(0, 3)
OPS = st.one_of(
    st.tuples(st.just("count"), _day, _n, st.sampled_from(get_args(facts.ConfirmingSource))),
    st.tuples(st.just("report"), _day, _n, st.just("declared")),
    st.tuples(st.just("close"), _day, st.just(0), st.just("")),
)


Line = tuple[date, int, int, str]


def _last(lines: list[Line], when: date) -> Line | None:
    return max((line for line in lines if line[0] <= when), default=None)


class Book:
    """The rule once more, told as a clerk would keep it: lines of (day, number, value, source), and what is open."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.reported: list[Line] = []
        self.open: tuple[date, int, str] | bool = False

    def on(self, when: date) -> Line | None:
        return _last(self.lines, when)

    def take(self, what: str, when: date, n: int, source: str) -> None:
        getattr(self, f"_{what}")(when, n, source)

    def _close(self, *_: object) -> None:
        self.open = False

    def _report(self, when: date, n: int, source: str) -> None:
        line, before = self.on(when), _last(self.reported, when)
        if before and before[2] == n and not (line and line[0] > before[0]):
            return
        self.reported.append((when, len(self.reported), n, source))
        line = line or min(self.lines, default=None)
        self.open = self.open or (line is not None and line[2] != n)

    def _count(self, when: date, n: int, source: str) -> None:
        line, asked = self.on(when), self.open
        if asked == (when, n, source):
            return
        answers = asked is True or (isinstance(asked, tuple) and when >= asked[0])
        if not answers and line and line[0] == when and line[3] != source and line[2] != n:
            # A second difference beside one that is open is refused.
            self.open = asked or (when, n, source)
            return
        first = not self.lines
        if line is None or line[2] != n:
            self.lines.append((when, len(self.lines), n, source))
        self.open = False if answers else asked
        if first and self.reported:
            self.open = max(self.reported)[2] != n


@given(st.lists(OPS, max_size=12))
def test_coverage_counts_what_the_rule_says_whatever_is_told(ops: list[tuple[str, date, int, str]]) -> None:
    one, folded, book = enterprise(), Folded(), Book()
    for op in ops:
        book.take(*op)
        for event in _tell(one, *op):
            fold(folded, event.type, event.originator_version, event.effective, event.data)
        entries = folded.read()
        for when in DAYS:
            line, counts = book.on(when), in_force(entries, when.toordinal()).get(Slot.FORMAL)
            expected = line[2] if line else None
            assert one.members_known(when) == expected
            assert (counts[3] if counts else None) == expected
        assert (one.verification("formal") is not None) == bool(book.open)


def _tell(one: Enterprise, what: str, when: date, n: int, source: str) -> list[Event]:
    with on(when):
        try:
            if what == "count":
                one.count(facts.EnterpriseMembersCounted(formal=n, source=source))
            elif what == "report":
                one.report(facts.EnterpriseMembersReported(formal=n, source="declared"))
            else:
                one.close_verification(closed())
        except Refused as refusal:
            assert refusal.reason in ("no-verification", "counts-apart")
    return one.collect_events()
