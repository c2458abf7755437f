"""A network between a browser and the servers that can be cut, mended and led to another server."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

HOST = "127.0.0.1"


class Network:
    """Passes everything on to the server, as long as it is whole."""

    def __init__(self, server: str) -> None:
        self.lead_to(server)
        self._whole = True
        self._lines: set[socket.socket] = set()
        self._silent: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._door = socket.create_server((HOST, 0))
        self.address = f"http://{HOST}:{self._door.getsockname()[1]}/"
        threading.Thread(target=self._welcome, daemon=True).start()

    def lead_to(self, server: str) -> None:
        """Where new connections go from now on."""
        self._server = HOST, urlsplit(server).port or 80

    def cut(self) -> None:
        """End all connections, and let none through."""
        with self._lock:
            self._whole = False
            lines, self._lines, self._silent = self._lines | self._silent, set(), set()
        for line in lines:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def silence(self) -> None:
        """Keep the connections that there are, but let nothing more come through them."""
        with self._lock:
            self._silent, self._lines = self._silent | self._lines, set()

    def mend(self) -> None:
        """Let connections through again."""
        self._whole = True

    def close(self) -> None:
        """End everything."""
        self.cut()
        self._door.close()

    def _welcome(self) -> None:
        with suppress(OSError):
            while True:
                visitor, _ = self._door.accept()
                threading.Thread(target=self._pass_on, args=(visitor,), daemon=True).start()

    def _pass_on(self, visitor: socket.socket) -> None:
        with visitor, suppress(OSError):
            if not self._whole:
                return
            with socket.create_connection(self._server) as server:
                with self._lock:
                    if not self._whole:
                        return
                    self._lines |= {visitor, server}
                back = threading.Thread(target=self._pour, args=(server, visitor), daemon=True)
                back.start()
                self._pour(visitor, server)
                back.join()
                with self._lock:
                    self._lines -= {visitor, server}

    def _pour(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if target not in self._silent:
                    target.sendall(data)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@contextmanager
def network(server: str) -> Iterator[Network]:
    """A whole network in front of a server, ended with the block."""
    between = Network(server)
    try:
        yield between
    finally:
        between.close()
