"""Who goes on the tour: each office role at the unit and at a sibling unit, and the enterprise with its neighbour."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import get_args

import httpx

from proto.xianfeng.registry.v1.accounts_pb2 import AddAccountRequest, AddAccountResponse, ChangePasswordRequest
from proto.xianfeng.registry.v1.accounts_pb2_grpc import AccountsStub
from services.console.session import COOKIE, Reader, Sessions
from services.registry.events.unit import Role
from tests.e2e.office import Office
from tests.e2e.tour.stop import ABOVE, HOME, SIBLING
from tests.e2e.tour.world import World
from xianfeng.clock import clock_from
from xianfeng.rpc.caller import Principal
from xianfeng.rpc.channel import open_channel
from xianfeng.rpc.tokens import Tokens
from xianfeng.settings import Settings

__all__ = ["PLACES", "ROLES", "Person", "people"]

ROLES: tuple[str, ...] = get_args(Role)
PLACES = (HOME, SIBLING)
PASSWORD = "password-of-the-tour"
_NUMBERS = itertools.count(1)


@dataclass(frozen=True)
class Person:
    """An account with an open session (logging in has tests of its own); `tour_unit`: whose pages it asks for."""

    role: str
    place: str
    tour_unit: str
    cookie: str
    address: str

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self.address, cookies={COOKIE: self.cookie}, trust_env=False, timeout=60)


def people(settings: Settings, office: Office, world: World) -> dict[tuple[str, str], Person]:
    """One account each: (role, place) → the person; and somebody of the city, whose first screen is another."""
    accounts = [(role, place, *_where(world, role, place)) for role in ROLES for place in PLACES]
    accounts.append(("organisation_department", ABOVE, world.city, world.city, ""))
    return {
        (role, place): Person(
            role,
            place,
            toured,
            _session(settings, _open(office, role, unit, firm)),
            f"http://{settings.address('console')}",
        )
        for role, place, unit, toured, firm in accounts
    }


def _where(world: World, role: str, place: str) -> tuple[str, str, str]:
    """The account's unit, the unit that it asks for, its enterprise; street and firm are toured on the street's pages."""
    of_street = role in ("sub_district", "community", "enterprise")
    home, sibling = (world.street, world.sibling_street) if of_street else (world.county, world.sibling)
    unit, firm = (home, world.enterprise) if place == HOME else (sibling, world.neighbour)
    return unit, home, firm if role == "enterprise" else ""


def _open(office: Office, role: str, unit: str, firm: str) -> AddAccountResponse:
    request = AddAccountRequest(handle=f"410105-{next(_NUMBERS)}", role=role, unit=unit, enterprise=firm)
    return AccountsStub(office.registry).AddAccount(request, timeout=30)


def _session(settings: Settings, opened: AddAccountResponse) -> str:
    """What the console keeps of somebody who has logged in and changed the one-time password."""
    account, clock, key = opened.account, clock_from(settings.clock), settings.signing_key
    first = Tokens(key, clock).issue(Principal(account.id, account.role, account.unit, account.enterprise))
    change = ChangePasswordRequest(old_password=opened.one_time_password, new_password=PASSWORD)
    with open_channel(settings.address("registry"), first) as channel:
        token = AccountsStub(channel).ChangePassword(change, timeout=30).token
    reader = Reader(token, account.handle, account.role, account.unit, account.enterprise, False, "")
    return Sessions(key, clock).write(reader)
