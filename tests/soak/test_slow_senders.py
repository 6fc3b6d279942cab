"""People on slow links hold up nobody: a body that takes its time takes no thread of the LRS."""

import socket
from pathlib import Path

import pytest

from tests.soak.served import Client, Served, running
from xapi.testing import encoded, make_statement

SLOW = 60  # far more than the server has threads
pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]


@pytest.fixture
def served(tmp_path: Path):
    with running(tmp_path) as server:
        yield server


def begin(served: Served, body: bytes, authorization: str) -> socket.socket:
    """A connection on which half of a statement has been sent."""
    connection = socket.create_connection(("127.0.0.1", served.port), timeout=30)
    head = (
        f"POST /xapi/statements HTTP/1.1\r\nHost: uji\r\nAuthorization: {authorization}\r\n"
        f"X-Experience-API-Version: 1.0.3\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    connection.sendall(head.encode() + body[: len(body) // 2])
    return connection


def test_many_unfinished_bodies_keep_nobody_waiting_and_are_stored_when_they_end(served: Served) -> None:
    body = encoded(make_statement())
    slow = [begin(served, body, served.authorization) for _ in range(SLOW)]
    quick = Client(served).ask("POST", "statements", make_statement())
    for connection in slow:
        connection.sendall(body[len(body) // 2 :])
    answers = [connection.recv(65_536).split(b" ", 2)[1] for connection in slow]
    for connection in slow:
        connection.close()

    assert quick.status == 200
    assert answers == [b"200"] * SLOW
    assert len(Client(served).ask("GET", "statements", limit="0").json()["statements"]) == SLOW + 1


def test_a_stranger_is_refused_before_the_body_is_there(served: Served) -> None:
    body = encoded(make_statement())
    with begin(served, body, "Basic bm9ib2R5Om5vYm9keQ==") as connection:
        assert connection.recv(65_536).split(b" ", 2)[1] == b"401"


def test_a_connection_that_breaks_in_the_middle_stores_nothing(served: Served) -> None:
    body = encoded([make_statement() for _ in range(50)])
    begin(served, body, served.authorization).close()

    assert Client(served).ask("POST", "statements", make_statement()).status == 200
    assert len(Client(served).ask("GET", "statements").json()["statements"]) == 1
