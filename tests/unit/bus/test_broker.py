"""A connection to a broker takes an answer whole, however it comes, and says so when none comes."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread

import pytest
from aiokafka.protocol.metadata import MetadataRequest_v0

from xianfeng.bus.broker import BrokerConnection

NO_TOPICS = MetadataRequest_v0([])
ANSWER = b"\0\0\0\0" + b"\0\0\0\0" + b"\0\0\0\0"
"""A correlation id, no brokers, no topics."""
FRAME = len(ANSWER).to_bytes(4, "big") + ANSWER


@contextmanager
def broker(behave: Callable[[socket.socket], None]) -> Iterator[BrokerConnection]:
    """A broker of one connection, which does `behave` once it is asked."""

    def serve() -> None:
        with listener.accept()[0] as connection:
            assert connection.recv(1_000)
            behave(connection)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        serving = Thread(target=serve)
        serving.start()
        asked = BrokerConnection(*listener.getsockname())
        try:
            yield asked
        finally:
            asked.close()
            serving.join()


def in_pieces(connection: socket.socket) -> None:
    for place in range(len(FRAME)):
        connection.sendall(FRAME[place : place + 1])


def breaking_off(connection: socket.socket) -> None:
    connection.sendall(FRAME[:-1])


def test_an_answer_in_pieces_is_one_answer() -> None:
    with broker(in_pieces) as asked:
        answer = asked.ask(NO_TOPICS)
    assert (answer.brokers, answer.topics) == ([], [])


def test_a_broker_that_breaks_off_is_an_error() -> None:
    with broker(breaking_off) as asked, pytest.raises(OSError, match="closed"):
        asked.ask(NO_TOPICS)
    asked.close()
