"""The columns of the row of each kind of subject, in order, and as what a binary COPY takes them."""

from __future__ import annotations

__all__ = ["COLUMNS", "COMMITTEE", "COPIED_AS", "ENTERPRISE", "FOLD", "FOLD_COPIED_AS", "ORGANISATION", "PROJECT"]

ENTERPRISE, ORGANISATION, PROJECT, COMMITTEE = range(4)
"""As in `folding.KINDS`; each kind's table bears that name."""

_NAMES = {
    ENTERPRISE: "subject part version code name name_folded unit status duty since due cell key organisation"
    " next_change moved days keys cells sinces dues units",
    ORGANISATION: "subject part version name name_folded unit form type covers standing term_ends consulted_on"
    " community_parent branch_committee key next_change moved days keys units",
    PROJECT: "subject part version name name_folded unit enterprise organisation form key next_change moved days keys"
    " units",
    COMMITTEE: "subject part version name unit leading_group staff from_day until_day",
}
_COPIED_AS = {
    "bytea": "since due next_change days keys cells sinces dues units term_ends consulted_on from_day until_day facts",
    "int2": "part cell kind",
    "int4": "version key leading_group staff entries",
    "bool": "moved standing community_parent branch_committee",
}
_TYPE = {name: type_ for type_, names in _COPIED_AS.items() for name in names.split()}

COLUMNS = {kind: tuple(names.split()) for kind, names in _NAMES.items()}
COPIED_AS = {kind: [_TYPE.get(name, "text") for name in names] for kind, names in COLUMNS.items()}
"""Days and arrays come packed, as bytes (see `packing`)."""

FOLD = ("subject", "part", "kind", "version", "entries", "facts")
FOLD_COPIED_AS = [_TYPE.get(name, "text") for name in FOLD]
