"""The first start makes one administrator, whose one-time password is left for the owner of the data directory."""

from __future__ import annotations

from pathlib import Path

from services.registry.accounts.book import AccountBook
from services.registry.accounts.office import AccountOffice
from services.registry.accounts.passwords import one_time
from xianfeng.rpc.caller import SERVICE, Principal
from xianfeng.rpc.tokens import Tokens, write_local_token
from xianfeng.runtime.installation import write_private

__all__ = ["LOCAL_ADMINISTRATOR", "PASSWORD_FILE", "first_administrator", "keep_local_token"]

PASSWORD_FILE = "first-password"
LOCAL_ADMINISTRATOR = "system:administrator"
_REGISTRY = Principal("system:registry", SERVICE)


async def first_administrator(office: AccountOffice, book: AccountBook, data_dir: Path, root: str) -> None:
    """Make account `admin` at the root unit unless there are accounts; its password goes to a file, mode 0600."""
    await book.refresh()
    if book.all():
        return
    # The file comes first: an account whose password nobody has would lock everybody out.
    password = one_time()
    write_private(data_dir / PASSWORD_FILE, password + "\n")
    await office.open(_REGISTRY, "admin", "administrator", root, "", password=password)
    await book.refresh()


def keep_local_token(data_dir: Path, tokens: Tokens, root: str) -> None:
    """The owner of the data directory acts as an administrator of the root unit."""
    write_local_token(data_dir, tokens, Principal(LOCAL_ADMINISTRATOR, "administrator", root))
