"""A demo keeps to its folder and its ports: what is there already is left alone, and the person is told what to do."""

import os
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from lti_tool.demo.client import reachable
from lti_tool.demo.places import alone_in, demo_settings, places_of, write_settings
from lti_tool.demo.run import check_ports
from lti_tool.errors import ToolError
from lti_tool.settings import Settings, load_settings, reach_this_machine_directly
from tests.ports import free_ports
from xapi.words import explain

NOBODY = 1  # no program listens there without being root


class Lively(BaseHTTPRequestHandler):
    """Answers everything with success, as a running demo does."""

    def do_GET(self) -> None:  # noqa: N802
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def busy_port() -> Iterator[int]:
    """A port of this machine where something answers."""
    with HTTPServer(("127.0.0.1", 0), Lively) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def settings_in(folder: Path, port: int) -> Settings:
    """Those of a demo in `folder` on `port`."""
    return demo_settings(load_settings(folder, {}), port)


def test_a_second_demo_in_a_folder_is_sent_to_the_first(tmp_path: Path) -> None:
    with alone_in(tmp_path):
        write_settings(settings_in(tmp_path, 8000))
        with pytest.raises(ToolError, match=r"demo\.folder_running") as caught, alone_in(tmp_path):
            pytest.fail("two demos in one folder")
    assert "http://127.0.0.1:8000" in explain(caught.value, "id")


def test_a_proxy_of_the_office_does_not_stand_between_programs_of_this_machine(
    busy_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{NOBODY}")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "contoh.go.id")
    assert not reachable(f"http://localhost:{busy_port}")
    reach_this_machine_directly()
    assert reachable(f"http://localhost:{busy_port}")
    assert os.environ["no_proxy"].startswith("contoh.go.id,")


@pytest.mark.parametrize("distance", [0, 1], ids=["of the tool", "of the sample LMS"])
def test_a_port_in_use_is_refused_also_where_nothing_answers(tmp_path: Path, distance: int) -> None:
    port = free_ports()
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", port + distance))
        silent.listen()
        settings = settings_in(tmp_path, port)
        with pytest.raises(ToolError, match=r"demo\.port_busy"):
            check_ports(settings, places_of(settings))


def test_a_demo_that_has_ended_leaves_its_folder_and_its_ports_to_the_next(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, free_ports())
    for _ in range(2):
        with alone_in(tmp_path):
            check_ports(settings, places_of(settings))
            write_settings(settings)


def test_the_folder_of_a_real_installation_is_no_place_for_a_demo(tmp_path: Path) -> None:
    (tmp_path / "jampel.toml").write_text('[institution]\nname = "Dinas"\n', encoding="utf-8")
    with pytest.raises(ToolError, match=r"demo\.folder_in_use"), alone_in(tmp_path):
        pytest.fail("a demo among the data of an institution")
    assert [path.name for path in tmp_path.iterdir()] == ["jampel.toml"]
