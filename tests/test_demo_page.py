"""The browser's door of the demo: it mends the page and passes everything else on as it is."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from bot.demo_page import MENDS, Front, mended
from bot.processes import HOST, NoPortError, free_port

PAGE = "<script>" + ";".join(mend.place for mend in MENDS) + "</script>"


class _Workspace(BaseHTTPRequestHandler):
    """Answers with what it was asked; a WebSocket gets its bytes back in capitals."""

    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        if self.headers.get("Upgrade"):
            self.close_connection = True
            self.connection.sendall(b"HTTP/1.1 101 Switching Protocols\r\n\r\n")
            while data := self.connection.recv(1000):
                self.connection.sendall(data.upper())
            return
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        content = PAGE.encode() if self.path == "/" else self.command.encode() + b" " + self.path.encode() + b" " + body
        self.send_response(200 if self.path == "/" else 418)
        self.send_header("Content-Type", self.headers.get("X-Type") or "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_DELETE = _answer

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def front() -> Iterator[Front]:
    workspace = ThreadingHTTPServer((HOST, 0), _Workspace)
    workspace.daemon_threads = True
    threading.Thread(target=workspace.serve_forever, daemon=True).start()
    with Front(free_port(21_000, lambda _: None), behind=workspace.server_port) as opened:
        yield opened
    workspace.shutdown()
    workspace.server_close()


@pytest.mark.parametrize("mend", MENDS, ids=lambda mend: mend.why)
def test_each_mend_stands_in_the_page_in_place_of_what_was_there(front: Front, mend: Any) -> None:
    page = httpx.get(front.url + "/").text
    assert mend.instead in page
    assert page.replace(mend.instead, "").count(mend.place) == 0


@pytest.mark.parametrize("page", ["<p>another page</p>", MENDS[0].place * 2], ids=["not there", "there twice"])
def test_a_place_that_is_not_found_once_is_left_alone(page: str) -> None:
    assert mended(page) == page


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_everything_else_is_passed_on(front: Front, method: str) -> None:
    body = MENDS[0].place if method in ("POST", "PUT") else ""
    answer = httpx.request(method, f"{front.url}/_control/message?x=1", content=body)
    assert (answer.status_code, answer.text) == (418, f"{method} /_control/message?x=1 {body}")


def test_what_is_no_page_is_not_mended(front: Front) -> None:
    assert httpx.get(front.url + "/", headers={"X-Type": "application/json"}).text == PAGE


def test_the_bytes_of_a_websocket_go_to_and_fro(front: Front) -> None:
    with socket.create_connection((HOST, front.port), timeout=30) as browser:
        browser.sendall(b"GET /ui HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
        assert browser.recv(1000).startswith(b"HTTP/1.1 101")
        for word in (b"one", b"two"):
            browser.sendall(word)
            assert browser.recv(1000) == word.upper()
        browser.shutdown(socket.SHUT_WR)
        assert browser.recv(1000) == b"", "both ends are let go"


def test_a_workspace_that_is_gone_is_said() -> None:
    port = free_port(21_500, lambda _: None)
    with Front(port, behind=free_port(port + 1, lambda _: None)) as opened:
        assert httpx.get(opened.url + "/").status_code == 502


def test_a_port_that_is_taken_is_said_in_one_line(front: Front) -> None:
    with pytest.raises(
        NoPortError, match=rf"Port {front.port} cannot be used \(Address already in use\): name another"
    ):
        Front(front.port)


def test_after_the_block_the_port_is_free(front: Front) -> None:
    front.stop()
    with contextlib.closing(socket.create_server((HOST, front.port))):
        pass
