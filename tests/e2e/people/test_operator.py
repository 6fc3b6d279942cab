"""An operator: first start with a settings file, the first account, a link for a lost password, a backup that lives."""

import os
import re
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner
from playwright.sync_api import Browser, expect

from lti_tool.cli import main
from lti_tool.services import open_services
from lti_tool.settings import load_settings
from tests.e2e.conftest import Watch
from tests.e2e.hands import Mouse
from tests.e2e.people.conftest import PASSWORD, Album, Room, admin_part, in_content
from tests.ports import free_ports

pytestmark = [pytest.mark.e2e, pytest.mark.thorough]
ROOT = Path(__file__).parents[3]
NEW, START_SECONDS = "perahu-jukung-biru-kembali", 180


def run(*arguments: str | Path) -> str:
    """What a command says on stdout; it must be done."""
    done = CliRunner().invoke(main, [str(one) for one in arguments], env={"JAMPEL_LANG": "id"})
    assert done.exit_code == 0, done.output
    return done.stdout


def settings(data: Path, port: int) -> Path:
    """A data folder that holds a settings file and nothing else."""
    data.mkdir()
    lines = ["[server]", f"port = {port}", f'base_url = "http://127.0.0.1:{port}"', "[institution]",
             'name = "Kabupaten Uji"', 'slug = "kabupaten-uji"']  # fmt: skip
    (data / "jampel.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return data


@contextmanager
def served(data: Path) -> Iterator[str]:
    """`jampel serve` on a data folder, until the block ends; its address."""
    log = data.with_suffix(".log")
    with log.open("w") as file:
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "lti_tool.cli", "serve", "--data", str(data)]
        process = subprocess.Popen(command, env=environment, stderr=file)
    address = load_settings(data, {}).base_url
    try:
        deadline = time.monotonic() + START_SECONDS
        while not answers(f"{address}/healthz"):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def answers(address: str) -> bool:
    try:
        return requests.get(address, timeout=5).ok
    except requests.ConnectionError:
        return False


@pytest.fixture
def port() -> int:
    return free_ports()


@pytest.fixture
def room(port: int, chromium: Browser, album: Album, request: pytest.FixtureRequest) -> Iterator[Room]:
    found = Room(chromium, Watch({f"http://127.0.0.1:{number}" for number in (port, port + 1)}), album)
    yield found
    found.leave(failed=getattr(request.node, "failed", False))


def test_an_operator_starts_hands_over_and_restores_elsewhere(tmp_path: Path, room: Room, port: int) -> None:
    first, second = settings(tmp_path / "satu", port), settings(tmp_path / "dua", port + 1)
    admin, colleague, file = room.person("keyboard"), room.person("keyboard"), tmp_path / "cadangan.jampel"
    with served(first) as address:
        assert {stat.S_IMODE(one.stat().st_mode) & 0o077 for one in (first / "secrets").iterdir()} == {0}
        first_account(admin, room, run("admin", "link", "--data", first).strip())
        reset = account_for(admin, room)
        new_password(colleague, room, reset)
        enter(colleague, address, NEW)
        run("backup", file, "--with-secrets", "--data", first)
        run("backup", file, "--verify", "--data", first)
        accounts = table(admin)
    run("restore", file, "--data", second)
    again = room.person("keyboard")
    with served(second) as address:
        enter(again, address, NEW)
        again.press(again.page.get_by_role("button", name="Keluar", exact=True))
        again.page.get_by_role("link", name="Masuk").first.wait_for()
        enter(again, address, PASSWORD, "kepala")
        to_accounts(again)
        assert table(again) == accounts
        room.album(again.page, "sama-di-tempat-lain")
    with open_services(load_settings(second, {})) as services:
        assert services.institution.name == "Kabupaten Uji"
        assert {one.username for one in services.house.accounts.list()} == {"kepala", "rekan"}
    assert room.watch.problems == []


def first_account(hand: Mouse, room: Room, link: str) -> None:
    """The one-time link: a short password is refused, a good one lets in, and the link is closed."""
    page = hand.page
    page.goto(link)
    hand.fill(page.get_by_label("Nama lengkap"), "Kepala Bidang")
    hand.fill(page.get_by_label("Nama pengguna"), "kepala")
    hand.fill(page.get_by_label("Kata sandi"), "pendek")
    hand.press(page.get_by_role("button", name="Buat akun dan masuk"))
    expect(page.get_by_role("alert")).to_contain_text("12")
    assert in_content(page)
    room.album(page, "kata-sandi-pendek")
    hand.fill(page.get_by_label("Kata sandi"), PASSWORD)
    hand.press(page.get_by_role("button", name="Buat akun dan masuk"))
    page.get_by_role("link", name="Kepala Bidang").wait_for()
    assert requests.get(link, timeout=20).status_code >= 400


def to_accounts(hand: Mouse) -> None:
    """To the accounts of the staff, by links."""
    admin_part(hand, "Akun petugas")
    expect(hand.page.get_by_role("heading", level=1)).to_have_text("Akun petugas")


def table(hand: Mouse) -> list[str]:
    """Who is in the table of the accounts, with their roles."""
    to_accounts(hand)
    return sorted(
        re.split(r"\s{2,}|\n|\t", row)[0] for row in hand.page.locator("main table tbody th").all_inner_texts()
    )


def account_for(hand: Mouse, room: Room) -> str:
    """An account for a colleague who has lost the password; the link for a new one, which is shown once."""
    page = hand.page
    to_accounts(hand)
    form = page.locator("form.card")
    hand.fill(form.get_by_label("Nama lengkap"), "Rekan Auditor")
    hand.fill(form.get_by_label("Nama pengguna"), "rekan")
    hand.select(form.get_by_label("Peran"), "auditor")
    hand.fill(form.get_by_label("Kata sandi"), PASSWORD)
    hand.press(page.get_by_role("button", name="Buat akun"))
    row = page.get_by_role("row").filter(has_text="rekan")
    expect(row).to_be_visible()
    room.album(page, "akun")
    hand.press(row.get_by_text("Ubah", exact=True))
    hand.press(row.get_by_role("button", name="Tautan kata sandi"))
    link = page.locator("p.mono.card").inner_text()
    room.album(page, "tautan")
    return link.strip()


def new_password(hand: Mouse, room: Room, link: str) -> None:
    """The link gives a new password once."""
    page = hand.page
    page.goto(link)
    hand.fill(page.get_by_label("Kata sandi baru"), NEW)
    hand.press(page.get_by_role("button", name="Simpan kata sandi"))
    expect(page.get_by_text("Kata sandi baru berlaku. Silakan masuk.")).to_be_visible()
    assert in_content(page)
    room.album(page, "kata-sandi-baru")
    assert requests.get(link, timeout=20).status_code >= 400


def enter(hand: Mouse, address: str, password: str, username: str = "rekan") -> None:
    """Signs in and is in."""
    page = hand.page
    page.goto(f"{address}/masuk")
    hand.fill(page.get_by_label("Nama pengguna"), username)
    hand.fill(page.get_by_label("Kata sandi"), password)
    hand.press(page.locator("main").get_by_role("button", name="Masuk"))
    page.get_by_role("button", name="Keluar", exact=True).wait_for()
