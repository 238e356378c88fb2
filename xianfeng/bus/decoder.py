"""Events decoded at the speed of a rebuild: msgspec structs derived from the published pydantic models.

The models validate when an event is made; here its bytes only have to have their form. An older version of a
type is upcast on the way, so a projection sees the newest one alone.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date
from functools import cache
from typing import Annotated, Any, Union, cast, get_args, get_origin, get_type_hints

import msgspec
from pydantic import BaseModel

from xianfeng.bus.projection import Record
from xianfeng.event import Catalogue, Head, UnknownType, decode_head

__all__ = ["Decoder", "struct_of"]

_AT_ONCE = 1_000
_NOWHERE = -1


@cache
def struct_of(model: type[BaseModel]) -> type[msgspec.Struct]:
    """A struct with the model's fields and defaults; constraints are the model's business and left out."""
    hints = get_type_hints(model)
    required: list[Any] = []
    optional: list[Any] = []
    for name, field in model.model_fields.items():
        plain = _plain(hints[name])
        if field.is_required():
            required.append((name, plain))
        elif field.default_factory is not None:
            factory = cast(Callable[[], Any], field.default_factory)
            optional.append((name, plain, msgspec.field(default_factory=factory)))
        else:
            optional.append((name, plain, field.default))
    return msgspec.defstruct(model.__name__, [*required, *optional], forbid_unknown_fields=True, gc=False)


def _plain(hint: Any) -> Any:
    """A type without annotations, nested models replaced by their structs."""
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        return struct_of(hint)
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _plain(arguments[0])
    if origin in (Union, types.UnionType):
        return Union[tuple(_plain(argument) for argument in arguments)]  # noqa: UP007 - built at run time
    if origin in (list, tuple, dict, set, frozenset):
        return origin[tuple(argument if argument is Ellipsis else _plain(argument) for argument in arguments)]
    return hint


class Decoder:
    """Bytes to records for one projection. Raises UnknownType, or msgspec errors naming the field."""

    def __init__(self, catalogue: Catalogue, folded: frozenset[str]) -> None:
        self._catalogue = catalogue
        self._folded = folded
        self._known = frozenset(catalogue.models) | frozenset(catalogue.upcasters)
        self._families = frozenset(name.partition(".")[0] for name in folded)
        self.concerned = {kind: kind.partition(".")[0] in self._families for kind in self._known}
        self._record: Callable[[bytes], Record] = msgspec.json.Decoder(self._records()).decode
        self._of_type: dict[str, Callable[[Head], tuple[str, Any]]] = {}

    def concerns(self, kind: str) -> bool:
        """Whether events of this type's family reach the projection at all."""
        concerned = self.concerned.get(kind)
        # Of types that nobody knows there may be any number.
        return kind.partition(".")[0] in self._families if concerned is None else concerned

    @property
    def known(self) -> frozenset[str]:
        """Every type of the catalogue, older versions too."""
        return self._known

    def knows(self, kind: str) -> bool:
        return kind in self._known

    def read(self, raw: bytes, partition: int) -> Record:
        """The record of these bytes, in one pass over them for a type at its newest version."""
        try:
            record = self._record(raw)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return self.record(decode_head(raw), partition)
        record.partition = partition
        return record

    def read_all(self, raws: Sequence[bytes]) -> list[Record]:
        """The records of these bytes up to the first that are no event; `partition` is not stated."""
        found: list[Record] = []
        for start in range(0, len(raws), _AT_ONCE):
            some = raws[start : start + _AT_ONCE]
            try:
                found += [*map(self._record, some)]
            except (msgspec.MsgspecError, UnicodeDecodeError):
                # One of these is of an older version, or no event.
                found += self._one_by_one(some)
                if len(found) < start + len(some):
                    break
        return found

    def _one_by_one(self, raws: Sequence[bytes]) -> list[Record]:
        found: list[Record] = []
        with suppress(ValueError, TypeError, msgspec.MsgspecError):
            for raw in raws:
                found.append(self.read(raw, _NOWHERE))  # noqa: PERF401 - what came before an error stays
        return found

    def _records(self) -> Any:
        """Records of every newest type, told apart by `type`."""
        kinds = [kind for kind in self._catalogue.models if kind not in self._catalogue.upcasters]
        return Union[tuple(self._record_of(kind) for kind in kinds)] if kinds else Record  # noqa: UP007 - built at run time

    def _record_of(self, kind: str) -> type[msgspec.Struct]:
        """A record that is read from an event's own bytes: what projections do not look at is passed over."""
        constant: dict[str, Any] = {"type": kind}
        fields: list[Any] = [("subject", str), ("version", int), ("effective", date), ("id", str)]
        if kind in self._folded:
            fields.append(("data", struct_of(self._catalogue.models[kind])))
        else:
            constant["data"] = None
        fields += [("correlation", str, ""), ("partition", int, _NOWHERE)]
        return msgspec.defstruct(
            "Record", fields, tag_field="type", tag=kind, gc=False, namespace=constant,
            rename={"version": "subjectversion", "correlation": "correlationid"},
        )  # fmt: skip

    def record(self, head: Head, partition: int) -> Record:
        """The record of this envelope, its data decoded when the projection folds its type."""
        reader = self._of_type.get(head.type)
        if reader is None:
            reader = self._of_type[head.type] = self._reader(head.type)
        kind, data = reader(head)
        return Record(
            partition, head.subject, head.subjectversion, kind, head.effective, data, head.id,
            head.correlationid,
        )  # fmt: skip

    def _reader(self, kind: str) -> Callable[[Head], tuple[str, Any]]:
        newest = kind
        while newest in self._catalogue.upcasters:
            newest = self._catalogue.upcasters[newest][0]
        model = self._catalogue.models.get(newest)
        if model is None:
            raise UnknownType(f"{kind} is not in the catalogue")
        if newest not in self._folded:
            return lambda head: (newest, None)
        struct = struct_of(model)
        if newest == kind:
            decode = msgspec.json.Decoder(struct).decode
            return lambda head: (newest, decode(head.data))
        return lambda head: (newest, msgspec.convert(self._upcast(head), struct))

    def _upcast(self, head: Head) -> dict[str, Any]:
        kind, data = head.type, msgspec.json.decode(head.data)
        while kind in self._catalogue.upcasters:
            kind, change = self._catalogue.upcasters[kind]
            data = change(data)
        return dict(data)
