"""The server: it never shares a port unnoticed, and a slow machine has time to start it."""

import socket

import pytest

from lti_tool import serve
from lti_tool.errors import ToolError
from lti_tool.serve import check_port
from lti_tool.settings import load_settings


def test_a_port_in_use_is_refused_even_when_it_may_be_shared() -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(ToolError, match=r"serve\.port_busy"):
            check_port("127.0.0.1", other.getsockname()[1])


def test_a_free_port_is_fine() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    check_port("127.0.0.1", port)


def test_an_address_that_is_not_ours_is_refused() -> None:
    with pytest.raises(ToolError, match=r"serve\.port_busy"):
        check_port("203.0.113.7", 8000)


def test_a_process_that_starts_on_a_busy_machine_is_waited_for(tmp_path, monkeypatch) -> None:
    made = []

    class Supervisor:
        def __init__(self, config, sockets, _after_restart) -> None:
            made.append(config)
            for one in sockets:
                one.close()

        def run(self) -> None:
            pass

    monkeypatch.setattr(serve, "Supervisor", Supervisor)
    monkeypatch.setattr(serve, "export_data", lambda _settings: None)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    serve.serve(load_settings(tmp_path, {"JAMPEL_SERVER__PORT": str(port)}))
    assert made[0].timeout_worker_healthcheck >= 60
