"""One subject as a message: its facts of a day, in words and for machines."""

from __future__ import annotations

from datetime import date

from proto.xianfeng.registry.v1 import queries_pb2 as pb
from services.registry.directory import code_of, ended_on, name_on, unit_on
from services.registry.domain.adviser import Adviser
from services.registry.domain.base import DatedAggregate
from services.registry.domain.unit import Unit
from services.registry.holders import Person, masked
from services.registry.queries.request import unit_name
from services.registry.queries.shown import Names, fact_in_words, plain, slot_label
from xianfeng.units import TreeOfDay

__all__ = ["holder_message", "holder_of", "view_message"]


def view_message(aggregate: DatedAggregate, day: date, tree: TreeOfDay, names: Names) -> pb.View:
    """The subject on a day; the version is its newest one, whatever the day."""
    change = aggregate.next_change(day)
    return pb.View(
        subject=aggregate.id, kind=aggregate.KIND, code=_code(aggregate), name=name_on(aggregate, day),
        unit=unit_name(tree, unit_on(aggregate, day)), ended=ended_on(aggregate, day), version=aggregate.version,
        day=day.isoformat(), next_change=change.isoformat() if change else "", facts=_facts(aggregate, day, names),
        demonstration=tree.demonstration,
    )  # fmt: skip


def holder_of(aggregate: DatedAggregate, day: date) -> str | None:
    """The holder behind an adviser, or behind an organisation's secretary on the day."""
    if isinstance(aggregate, Adviser):
        return aggregate.holder
    return aggregate.value("secretary", day)


def holder_message(holder: str, person: Person | None, *, clear: bool = False) -> pb.Holder:
    """Masked unless `clear`; without a person (erased) the id alone."""
    if person is None:
        return pb.Holder(holder=holder, masked=True)
    name, phone = (person.name, person.phone) if clear else masked(person)
    return pb.Holder(holder=holder, name=name, phone=phone, masked=not clear)


def _code(aggregate: DatedAggregate) -> str:
    if isinstance(aggregate, Unit) and "code" in aggregate.slots:
        return str(aggregate.slots["code"].entries[0].value)
    return code_of(aggregate)


def _facts(aggregate: DatedAggregate, day: date, names: Names) -> list[pb.Fact]:
    facts = []
    for slot in aggregate.view(day):
        entry = aggregate.entry(slot, day)
        assert entry is not None
        until = entry.until.isoformat() if entry.until else ""
        facts.append(
            pb.Fact(
                slot=slot,
                label=slot_label(slot, names, aggregate.KIND),
                value=plain(entry.value),
                until=until,
                shown=fact_in_words(slot, entry, names),
                effective=entry.effective.isoformat(),
                version=entry.version,
            )
        )
    return facts
