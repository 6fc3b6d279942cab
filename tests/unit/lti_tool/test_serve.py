"""The server: it never shares a port unnoticed, and a slow machine has time to start it."""

import socket
from pathlib import Path

import pytest
from click.testing import CliRunner

from lti_tool import serve
from lti_tool.cli import main
from lti_tool.errors import ToolError
from lti_tool.serve import check_port
from lti_tool.settings import load_settings
from tests.ports import free_port


def test_a_port_in_use_is_refused_even_when_it_may_be_shared() -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(ToolError, match=r"serve\.port_busy"):
            check_port("127.0.0.1", other.getsockname()[1])


def test_a_server_that_cannot_listen_says_so_before_it_makes_anything(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        call = ["--data", str(tmp_path / "baru"), "serve", "--port", str(other.getsockname()[1])]
        said = CliRunner().invoke(main, call, env={"JAMPEL_LANG": "id"}).stderr
    assert ("tidak dapat dipakai" in said, "berjalan di http" in said) == (True, False)
    assert not (tmp_path / "baru").exists()


def test_a_free_port_is_fine() -> None:
    check_port("127.0.0.1", free_port())


def test_an_address_that_is_not_ours_is_refused() -> None:
    with pytest.raises(ToolError, match=r"serve\.port_busy"):
        check_port("203.0.113.7", 8000)


@pytest.mark.parametrize(
    ("refusal", "code"),
    [
        (PermissionError(13, "Permission denied"), "serve.port_closed"),
        (socket.gaierror(-2, "unknown"), "serve.no_host"),
    ],
)
def test_what_is_wrong_with_an_address_is_told_from_a_port_in_use(monkeypatch, refusal: OSError, code: str) -> None:
    class Refusing(socket.socket):
        def bind(self, _address: object) -> None:
            raise refusal

    monkeypatch.setattr(serve.socket, "socket", Refusing)
    with pytest.raises(ToolError) as caught:
        check_port("127.0.0.1", 80)
    assert caught.value.code == code


def test_a_process_that_starts_on_a_busy_machine_is_waited_for(tmp_path, monkeypatch) -> None:
    made = []

    class Supervisor:
        def __init__(self, config, sockets, _after_restart, _when_serving) -> None:
            made.append(config)
            for one in sockets:
                one.close()

        def run(self) -> None:
            pass

    monkeypatch.setattr(serve, "Supervisor", Supervisor)
    monkeypatch.setattr(serve, "export_data", lambda _settings: None)
    serve.serve(load_settings(tmp_path, {"JAMPEL_SERVER__PORT": str(free_port())}))
    assert made[0].timeout_worker_healthcheck >= 60
