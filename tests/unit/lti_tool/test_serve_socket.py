"""The port of several server processes: each has a socket of its own there, and nobody else's port is shared."""

import pickle
import socket
from multiprocessing import Pipe

import pytest
import uvicorn

from lti_tool.serve import _sockets_of
from lti_tool.serve_socket import OwnSocket, borrowed, bound_socket, opened_socket
from tests.ports import free_port


@pytest.fixture
def port() -> int:
    return free_port()


def test_each_process_that_is_sent_one_has_a_socket_of_its_own_and_a_crowd_comes_to_all_of_them(port: int) -> None:
    sent = pickle.dumps(OwnSocket("127.0.0.1", port))
    processes = [pickle.loads(sent) for _ in range(2)]
    crowd = [socket.socket() for _ in range(64)]
    try:
        for one in processes:
            one.listen(64)
            one.setblocking(False)
        for one in crowd:
            one.connect(("127.0.0.1", port))
        for one in processes:
            one.accept()[0].close()  # the chance that all 64 came to the other one is 1 in 2 to the 63
    finally:
        for one in processes + crowd:
            one.close()


def test_a_process_whose_port_somebody_else_has_ends_for_good(port: int, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        with pytest.raises(SystemExit) as end:
            bound_socket("127.0.0.1", port)
    assert end.value.code == 3
    assert f"127.0.0.1:{port}" in capsys.readouterr().err


def test_a_second_server_never_slips_in_beside_the_first(port: int) -> None:
    first = bound_socket("127.0.0.1", port)
    first.listen()
    with first, pytest.raises(SystemExit):
        _sockets_of(uvicorn.Config("x:y", host="127.0.0.1", port=port, workers=2))


@pytest.mark.parametrize(("workers", "system", "own"), [(1, "linux", False), (2, "linux", True), (2, "darwin", False)])
def test_one_process_and_a_system_that_spreads_no_crowd_need_one_socket(
    port: int, monkeypatch: pytest.MonkeyPatch, workers: int, system: str, own: bool
) -> None:
    monkeypatch.setattr("lti_tool.serve.sys.platform", system)
    found = _sockets_of(uvicorn.Config("x:y", host="127.0.0.1", port=port, workers=workers))
    assert (found == []) is own
    for one in found:
        one.close()


def test_whoever_waits_at_a_socket_that_is_taken_over_is_served_by_the_successor(port: int) -> None:
    asking, lender = Pipe()
    old = opened_socket("127.0.0.1", port, lender, None)
    old.listen()
    with socket.create_connection(("127.0.0.1", port)) as waiting:
        waiting.sendall(b"still here")
        new = borrowed(asking)
        assert new is not None
        old.close()
        with new, new.accept()[0] as served:
            assert served.recv(10) == b"still here"


def test_a_process_that_lends_nothing_costs_no_more_than_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lti_tool.serve_socket.LEND_SECONDS", 0.01)
    asking, _silent = Pipe()
    assert borrowed(asking) is None
