"""The library's own conformance suites, run against our recorder on our tables."""

from __future__ import annotations

import sys
from types import ModuleType

import psycopg
import pytest

from tests.integration.store.counter import NAME, prepare
from xianfeng.store.recorder import Recorder, open_recorder

# The suites' module imports a cipher of an extra that nothing here uses.
sys.modules.setdefault("eventsourcing.cipher", ModuleType("eventsourcing.cipher")).__dict__.setdefault(
    "AESCipher", None
)

from eventsourcing.tests import persistence as suites  # noqa: E402


class OurRecorder:
    """Makes recorders for a suite, each on an empty log, and closes them."""

    dsn: str

    @pytest.fixture(autouse=True)
    def on_a_fresh_log(self, database: str) -> None:
        prepare(database)
        self.dsn = database
        self.opened: list[Recorder] = []

    def create_recorder(self) -> Recorder:
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            connection.execute("truncate registry_events restart identity")
        self.opened.append(open_recorder(self.dsn, NAME))
        return self.opened[-1]

    def new_originator_id(self) -> str:
        return f"cnt-{suites.uuid4()}"

    def tearDown(self) -> None:
        for recorder in self.opened:
            recorder.datastore.close()


class TestApplicationRecorder(OurRecorder, suites.ApplicationRecorderTestCase):
    EXPECT_CONTIGUOUS_NOTIFICATION_IDS = False


class TestOrder(OurRecorder, suites.NonInterleavingNotificationIDsBaseCase):
    insert_num = 1_000
