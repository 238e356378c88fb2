"""A relay of TCP before PostgreSQL that loses the answer to one commit and drops the connection."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress


class LosingProxy:
    """Listens on `port`. After `lose_next_commit` the server gets the next COMMIT, but its answer never arrives."""

    def __init__(self, server_port: int) -> None:
        self._server_port = server_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._lose = threading.Event()
        self.lost = 0
        self._ends: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def lose_next_commit(self) -> None:
        self._lose.set()

    def close(self) -> None:
        """Drop every connection and take no new ones: the server is away."""
        # A plain close would still let the accept under way take one more.
        for end in (self._listener, *self._ends):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._server_port))
                self._ends += (client, server)
                swallow = threading.Event()
                for ends in ((client, server, swallow, True), (server, client, swallow, False)):
                    threading.Thread(target=self._carry, args=ends, daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, swallow: threading.Event, to_server: bool) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                if to_server and b"COMMIT" in data and self._lose.is_set():
                    self._lose.clear()
                    swallow.set()
                if swallow.is_set() and not to_server:
                    self.lost += 1
                    break
                target.sendall(data)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
