"""Credit codes (统一社会信用代码, GB 32100-2015): the check, and what a wrong one most likely is."""

from __future__ import annotations

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from services.registry.domain.words import refuse

__all__ = ["check_code"]

_ALPHABET = frozenset("0123456789ABCDEFGHJKLMNPQRTUWXY")


def check_code(code: str, *, field: str = "code") -> str:
    """The code, when its form and check character are right. Refused with the likely cause otherwise (domain §6)."""
    if len(code) != 18 or not set(code) <= _ALPHABET:
        raise refuse("code-form", field=field, kind="invalid", code=code)
    if code[0] in "ANY":
        raise refuse("code-not-supported", field=field, kind="invalid", code=code)
    try:
        return str(uscc.validate(code))
    except ValidationError:
        # Spreadsheets keep 15 significant digits and fill up with zeros.
        reason = "code-damaged" if code.endswith("000") else "code-check"
        raise refuse(reason, field=field, kind="invalid", code=code) from None
