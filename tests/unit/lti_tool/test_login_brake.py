"""Who guesses passwords is slowed down, wherever from; who knows the password gets in, whatever others do."""

import threading
import uuid
from collections.abc import Iterator

import pytest

from lti_tool import login_brake
from lti_tool.accounts import Accounts
from lti_tool.errors import ToolError
from lti_tool.login_brake import network_of
from lti_tool.web.testing import PASSWORD, Site, token_of

WRONG = "salah sekali ini"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One house for all tests: each has a name of its own."""
    found = Site(tmp_path_factory.mktemp("brake") / "data")
    yield found
    found.close()


@pytest.fixture
def name(site) -> str:
    """The username of a new account; what others have failed at is long ago."""
    site.clock.advance(hours=2)
    made = f"rina{uuid.uuid4().hex[:8]}"
    site.accounts.create(made, "Rina", "auditor", PASSWORD)
    return made


@pytest.fixture
def accounts(site) -> Accounts:
    return site.accounts


def code_of(call, *args, **named) -> str:
    with pytest.raises(ToolError) as caught:
        call(*args, **named)
    return caught.value.code


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::1", "::/64"),
        ("", ""),
        ("unix:", "unix:"),
    ],
)
def test_of_an_address_counts_what_its_holder_cannot_choose(address: str, network: str) -> None:
    assert network_of(address) == network


def test_another_address_of_ones_own_network_is_no_new_start(accounts, name) -> None:
    for number in range(5):
        code_of(accounts.login, name, WRONG, f"2001:db8:1:2::{number}")
    assert code_of(accounts.login, name, PASSWORD, "2001:db8:1:2:ffff::9") == "accounts.login_braked"
    assert accounts.login(name, PASSWORD, "2001:db8:1:3::9").username == name


def test_whoever_fails_on_purpose_keeps_nobody_out_of_the_browser_they_know(
    accounts, name, site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(login_brake.BRAKES, "name", (4, login_brake.BRAKES["name"][1]))
    for number in range(8):  # from everywhere, and each time as soon as the brake lets go
        code_of(accounts.login, name, WRONG, f"203.0.{number}.9")
        site.clock.advance(seconds=61)
    code_of(accounts.login, name, WRONG, "198.51.100.1")
    assert code_of(accounts.login, name, PASSWORD, "10.0.0.1") == "accounts.login_braked"
    assert accounts.login(name, PASSWORD, "10.0.0.1", browser="kenal").username == name


def test_a_known_browser_guesses_no_more_than_another(accounts, name) -> None:
    for number in range(5):
        code_of(accounts.login, name, WRONG, f"10.0.0.{number}", browser="kenal")
    assert code_of(accounts.login, name, PASSWORD, "10.0.0.9", browser="kenal") == "accounts.login_braked"


def test_few_passwords_are_checked_at_once_and_few_wait_for_it(accounts, name, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, ended, most = threading.Semaphore(0), threading.Event(), login_brake.AT_ONCE + login_brake.IN_LINE
    codes: list[str] = []

    def slow(*_given: object) -> bool:
        begun.release()
        ended.wait(20)
        return False

    monkeypatch.setattr(accounts, "_verify", slow)

    def guess(number: int) -> None:
        codes.append(code_of(accounts.login, f"nama{number}", WRONG, f"10.0.{number}.1"))

    crowd = [threading.Thread(target=guess, args=(number,)) for number in range(most)]
    for one in crowd:
        one.start()
    for _one in range(login_brake.AT_ONCE):
        assert begun.acquire(timeout=20)
    assert not begun.acquire(timeout=0.05)
    while accounts.brake._line._value:  # until all the others wait in line
        pass
    assert code_of(accounts.login, name, PASSWORD, "10.0.0.1") == "accounts.login_busy"
    ended.set()
    for one in crowd:
        one.join(20)
    assert codes == ["accounts.login_wrong"] * most
    assert begun.acquire(timeout=1)


def test_a_crowd_at_once_has_no_more_guesses_than_one_after_the_other(accounts, name) -> None:
    codes: list[str] = []
    crowd = [
        threading.Thread(target=lambda: codes.append(code_of(accounts.login, name, WRONG, "10.0.0.1")))
        for _one in range(login_brake.AT_ONCE + login_brake.IN_LINE)
    ]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join(20)
    assert codes.count("accounts.login_wrong") <= 5 + login_brake.AT_ONCE


def test_a_new_password_and_switching_off_close_a_link_that_was_on_its_way(accounts, name) -> None:
    rina = accounts.login(name, PASSWORD, "10.0.0.1")
    for change in (
        lambda: accounts.change_password(rina.id, "kalimat sandi yang baru"),
        lambda: accounts.set_active(rina.id, False),
    ):
        link = accounts.reset_link(rina.id)
        change()
        assert code_of(accounts.account_to_reset, link) == "accounts.reset_closed"


def type_in(browser, name: str, password: str = WRONG, times: int = 1) -> int:
    """The status of the last of so many logins."""
    token = token_of(browser.get("/masuk").text)
    fields = {"csrf_token": token, "username": name, "password": password}
    return [browser.post("/masuk", data=fields).status_code for _one in range(times)][-1]


def test_a_browser_is_known_after_a_login_and_to_that_account_alone(site, name) -> None:
    other = site.accounts.create(f"budi-{name}", "Budi", "auditor", PASSWORD).username
    hers = site.browser()
    assert type_in(hers, name, PASSWORD) == 303
    hers.delete_cookie("jampel_session")
    assert type_in(site.browser(), name, times=6) == 429
    assert type_in(site.browser(), name, PASSWORD) == 429
    assert type_in(hers, name, PASSWORD) == 303
    hers.delete_cookie("jampel_session")
    assert type_in(site.browser(), other, times=6) == 429
    assert type_in(hers, other, PASSWORD) == 429


def test_a_forged_cookie_makes_no_browser_known(site, name) -> None:
    type_in(site.browser(), name, times=6)
    for forged in ("", "x", "WzEsMl0.aaaa.bbbb", "a" * 4000):
        stranger = site.browser()
        stranger.set_cookie("jampel_known", forged)
        assert type_in(stranger, name, PASSWORD) == 429


def test_a_flood_of_attempts_fills_no_log(site, name) -> None:
    type_in(site.browser(), name, times=12)
    lines = site.services.house.log.last
    assert [line.action for line in lines(6)] == ["login.braked", *["login.failed"] * 5]
    site.clock.advance(minutes=20)
    type_in(site.browser(), name, times=2)
    assert [line.action for line in lines(2)] == ["login.braked", "login.failed"]
