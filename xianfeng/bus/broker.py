"""One connection to a broker for large answers: a thread waits for the whole of one, and holds nobody up meanwhile.

The client's own connections take an answer on the event loop, some ten kilobytes at a time, and each of these waits
until the thread that folds lets go of the interpreter.
"""

from __future__ import annotations

import socket
from contextlib import suppress
from io import BytesIO
from struct import Struct
from typing import Any

from aiokafka.protocol.api import RequestStruct

__all__ = ["BrokerConnection"]

_PATIENCE = 10
_SECONDS = Struct("ll")
_NAME = "xianfeng"


class BrokerConnection:
    """Blocking; one question at a time. Raises OSError when it is lost, or no answer comes within ten seconds."""

    def __init__(self, host: str, port: int) -> None:
        self._socket = socket.create_connection((host, port), _PATIENCE)
        # The kernel keeps the time: with a timeout of Python's own it would hand over an answer in many pieces.
        self._socket.settimeout(None)
        for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            self._socket.setsockopt(socket.SOL_SOCKET, option, _SECONDS.pack(_PATIENCE, 0))

    def ask(self, request: RequestStruct) -> Any:
        """The broker's answer, as the client's library decodes it."""
        message = request.build_request_header(0, _NAME).encode() + request.encode()
        self._socket.sendall(len(message).to_bytes(4, "big") + message)
        answer = BytesIO(self._exactly(int.from_bytes(self._exactly(4), "big")))
        request.parse_response_header(answer)
        return request.RESPONSE_TYPE.decode(answer)

    def _exactly(self, size: int) -> bytearray:
        taken = bytearray(size)
        rest = memoryview(taken)
        while rest:
            count = self._socket.recv_into(rest, 0, socket.MSG_WAITALL)
            if not count:
                raise ConnectionResetError("the broker has closed the connection")
            rest = rest[count:]
        return taken

    def close(self) -> None:
        """Whoever waits for an answer is told by an error."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
