"""What ends a session, and what brakes a guesser, holds at once in every process of a server, and after its restart."""

import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from lti_tool.accounts import Accounts
from lti_tool.services import open_services
from lti_tool.settings import load_settings
from tests.e2e.single_server import Server

pytestmark = [pytest.mark.e2e, pytest.mark.thorough]
PASSWORD = "kalimat sandi untuk uji"  # noqa: S105 - of accounts that live for one test
#: So many new connections reach both processes, but once in some ten thousand times.
OFTEN = 14


class Browser:
    """Somebody whose every request is a new connection, so that either process may get it."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Connection"] = "close"

    def get(self, path: str) -> requests.Response:
        return self._session.get(f"http://127.0.0.1:{self._server.port}{path}", timeout=30, allow_redirects=False)

    def send(self, page: str, path: str, **fields: str) -> requests.Response:
        """Posts a form as the page `page` has it."""
        (token, *_) = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', self.get(page).text)
        address = f"http://127.0.0.1:{self._server.port}{path}"
        return self._session.post(address, {"csrf_token": token, **fields}, timeout=30, allow_redirects=False)

    def log_in(self, username: str, password: str = PASSWORD) -> requests.Response:
        return self.send("/masuk", "/masuk", username=username, password=password)

    def statuses(self, path: str) -> set[int]:
        """What many requests for `path` get, whichever process answers."""
        return {self.get(path).status_code for _ in range(OFTEN)}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("accounts")
    data: Path = folder / "data"
    with open_services(load_settings(data, {})) as services:
        accounts = Accounts(services.house, services.clock, uuid.uuid4)
        for name, role in (("kepala", "admin"), ("rina", "auditor"), ("joko", "auditor")):
            accounts.create(name, f"Petugas {name}", role, PASSWORD)
    found = Server(data, folder / "log", workers=2)
    yield found
    found.stop()


@pytest.fixture(scope="module")
def admin(server: Server) -> Browser:
    found = Browser(server)
    assert found.log_in("kepala").status_code == 303
    return found


def account_of(admin: Browser, username: str) -> str:
    """The id of an account, as the page of accounts has it."""
    row: Any = re.search(rf"{username}.*?/admin/akun/([0-9a-f]{{32}})/", admin.get("/admin/akun").text, re.S)
    return str(row[1])


def test_another_role_and_switching_off_end_sessions_in_both_processes_at_once(server: Server, admin: Browser) -> None:
    account, rina = account_of(admin, "rina"), Browser(server)
    for change, fields in (("peran", {"peran": "author"}), ("peran", {"peran": "auditor"}), ("aktif", {})):
        assert rina.log_in("rina").status_code == 303
        assert rina.statuses("/akun/") == {200}
        assert admin.send("/admin/akun", f"/admin/akun/{account}/{change}", **fields).status_code == 303
        assert rina.statuses("/akun/") == {302}
    assert rina.log_in("rina").status_code == 401


def test_leaving_everywhere_ends_the_other_browser_in_both_processes(server: Server) -> None:
    here, there = Browser(server), Browser(server)
    for one in (here, there):
        assert one.log_in("joko").status_code == 303
    assert there.statuses("/akun/") == {200}
    assert here.send("/akun/", "/akun/sesi/akhiri").status_code == 303
    assert there.statuses("/akun/") == {302}


def test_a_link_for_a_password_works_once_whichever_process_is_asked(server: Server, admin: Browser) -> None:
    account = account_of(admin, "joko")
    shown = admin.send("/admin/akun", f"/admin/akun/{account}/sandi").text
    (path,) = set(re.findall(r"(/sandi/[\w-]{40,})", shown))
    person = Browser(server)
    assert person.statuses(path) == {200}
    inputs = [one for one in re.findall(r"<input[^>]*>", person.get(path).text) if 'type="password"' in one]
    fields = {re.findall(r'name="(\w+)"', one)[0]: "kalimat yang lain sekali" for one in inputs}
    assert person.send(path, path, **fields).status_code == 303
    assert person.statuses(path) == {410}
    assert person.log_in("joko").status_code == 401
    assert person.log_in("joko", "kalimat yang lain sekali").status_code == 303


def test_a_guesser_is_braked_by_both_processes_and_by_those_after_a_restart(server: Server) -> None:
    guesser = Browser(server)
    tried = [guesser.log_in("tidak-ada", f"tebakan nomor {number}").status_code for number in range(9)]
    assert tried[:5] == [401] * 5
    assert 429 in tried[5:]
    server.stop()
    server.start()
    again = [guesser.log_in("tidak-ada", f"tebakan ulang {number}").status_code for number in range(3)]
    assert 429 in again
