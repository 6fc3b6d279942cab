"""Staff accounts: what a login, a one-time link and a password may be, and how failures are braked."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from argon2 import PasswordHasher

from lti_tool.accounts import Accounts
from lti_tool.errors import ToolError
from lti_tool.house.store import House
from lti_tool.testing import counting_ids
from xapi.database import DRIVER_ERRORS, migrate, open_database, writing
from xapi.testing import FixedClock

PASSWORD = "kalimat sandi yang panjang"
HOME, OTHER = "a" * 32, "b" * 32


@pytest.fixture
def engine(place):
    engine = open_database(place)
    migrate(engine, "lti_tool.house")
    for institution in (HOME, OTHER):
        House(engine, institution).institutions.ensure(
            id=institution, slug=institution[0], name="Contoh", time_zone="Asia/Makassar", now=FixedClock()()
        )
    yield engine
    engine.dispose()


def of(engine, clock, institution=HOME) -> Accounts:
    hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    return Accounts(House(engine, institution), clock, counting_ids(), hasher)


@pytest.fixture
def accounts(engine, clock) -> Accounts:
    return of(engine, clock)


def code_of(call, *args) -> str:
    with pytest.raises(ToolError) as caught:
        call(*args)
    return caught.value.code


def test_the_right_password_logs_in_whatever_the_case_of_the_name(accounts) -> None:
    made = accounts.create("Rina", "Rina Kusuma", "auditor", PASSWORD)
    assert accounts.login(" RINA ", PASSWORD, "10.0.0.1").id == made.id


def test_wrong_password_unknown_name_and_switched_off_account_read_the_same(accounts) -> None:
    accounts.create("admin", "Admin", "admin", PASSWORD)
    rina = accounts.create("rina", "Rina", "auditor", PASSWORD)
    accounts.set_active(rina.id, False)
    tries = [("admin", "bukan sandinya"), ("tidak-ada", PASSWORD), ("rina", PASSWORD)]
    assert {code_of(accounts.login, name, word, "10.0.0.1") for name, word in tries} == {"accounts.login_wrong"}


def test_failures_are_braked_and_the_brake_lets_go(accounts, clock) -> None:
    accounts.create("rina", "Rina", "auditor", PASSWORD)
    for _ in range(5):
        assert code_of(accounts.login, "rina", "salah sekali ini", "10.0.0.1") == "accounts.login_wrong"
    assert code_of(accounts.login, "rina", PASSWORD, "10.0.0.1") == "accounts.login_braked"
    clock.advance(seconds=6)
    assert accounts.login("rina", PASSWORD, "10.0.0.1").username == "rina"


def test_a_stranger_elsewhere_cannot_lock_an_account(accounts) -> None:
    accounts.create("rina", "Rina", "auditor", PASSWORD)
    for _ in range(6):
        code_of(accounts.login, "rina", "salah sekali ini", "203.0.113.9")
    assert accounts.login("rina", PASSWORD, "10.0.0.1").username == "rina"


def test_no_brake_is_longer_than_a_quarter_of_an_hour(accounts, clock) -> None:
    accounts.create("rina", "Rina", "auditor", PASSWORD)
    for _ in range(40):
        code_of(accounts.login, "rina", "salah sekali ini", "10.0.0.1")
        clock.advance(minutes=15, seconds=1)
    assert accounts.login("rina", PASSWORD, "10.0.0.1").username == "rina"


def test_one_address_trying_many_names_is_braked(accounts) -> None:
    for number in range(30):
        code_of(accounts.login, f"nama{number}", PASSWORD, "203.0.113.9")
    assert code_of(accounts.login, "nama-baru", PASSWORD, "203.0.113.9") == "accounts.login_braked"


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("pendek", "accounts.password_length"),
        ("abcde fghij " * 11, "accounts.password_length"),
        ("aaaaaaaaaaaaaaaa", "accounts.password_simple"),
        ("sandi untuk rina saja", "accounts.password_simple"),
        ("Qwertyuiop12", "accounts.password_common"),
        ("Indonesia-1945!", "accounts.password_common"),
        ("12 34 56 78 90", "accounts.password_common"),
    ],
)
def test_a_weak_password_is_refused(accounts, word: str, code: str) -> None:
    assert code_of(accounts.create, "rina", "Rina", "auditor", word) == code


@pytest.mark.parametrize(
    ("name", "full", "role", "code"),
    [
        ("r", "Rina", "auditor", "accounts.username_invalid"),
        ("rina kusuma", "Rina", "auditor", "accounts.username_invalid"),
        ("rina", " ", "auditor", "accounts.name_invalid"),
        ("rina", "Rina", "root", "accounts.role_unknown"),
    ],
)
def test_an_unusable_value_is_refused(accounts, name: str, full: str, role: str, code: str) -> None:
    assert code_of(accounts.create, name, full, role, PASSWORD) == code


def test_a_username_is_taken_once(accounts) -> None:
    accounts.create("rina", "Rina", "auditor", PASSWORD)
    assert code_of(accounts.create, "RINA", "Lain", "auditor", PASSWORD) == "accounts.username_taken"


def test_a_link_makes_one_admin_and_wrong_values_do_not_use_it_up(accounts) -> None:
    token = accounts.first_admin_link()
    assert code_of(accounts.redeem, token, "admin", "Admin", "pendek") == "accounts.password_length"
    assert accounts.redeem(token, "admin", "Admin", PASSWORD).role == "admin"
    assert code_of(accounts.redeem, token, "admin2", "Admin", PASSWORD) == "accounts.link_closed"


def test_the_first_login_of_an_admin_is_by_the_link(accounts, clock) -> None:
    admin = accounts.redeem(accounts.first_admin_link(), "admin", "Admin", PASSWORD)
    assert admin.last_login == clock()
    assert accounts.confirm("admin", PASSWORD, "127.0.0.1").last_login == clock()


def test_a_taken_username_does_not_use_the_link_up(accounts) -> None:
    accounts.create("admin", "Admin", "admin", PASSWORD)
    token = accounts.first_admin_link()
    assert code_of(accounts.redeem, token, "admin", "Admin", PASSWORD) == "accounts.username_taken"
    assert accounts.redeem(token, "admin2", "Admin", PASSWORD).username == "admin2"


def test_an_account_that_cannot_be_stored_leaves_the_link_open(engine, accounts) -> None:
    token = accounts.first_admin_link()
    with writing(engine) as connection:
        connection.exec_driver_sql("ALTER TABLE account RENAME TO elsewhere")
    with pytest.raises(DRIVER_ERRORS):
        accounts.redeem(token, "admin", "Admin", PASSWORD)
    assert accounts.link_is_open(token)


def test_a_new_link_closes_the_one_before_it(accounts) -> None:
    first, second = accounts.first_admin_link(), accounts.first_admin_link()
    assert not accounts.link_is_open(first)
    assert code_of(accounts.redeem, first, "admin", "Admin", PASSWORD) == "accounts.link_closed"
    accounts.redeem(second, "admin", "Admin", PASSWORD)


def test_a_link_closes_after_a_day(accounts, clock) -> None:
    token = accounts.first_admin_link()
    clock.advance(hours=25)
    assert not accounts.link_is_open(token)


def test_a_session_ends_by_logout_by_time_and_with_the_account(accounts, clock) -> None:
    accounts.create("admin", "Admin", "admin", PASSWORD)
    rina = accounts.create("rina", "Rina", "auditor", PASSWORD)
    left, old, gone = (accounts.start_session("staff", rina.id) for _ in range(3))
    accounts.end_session(left)
    assert accounts.session_account(left) is None
    assert accounts.session_account(gone) is not None
    accounts.set_active(rina.id, False)
    assert accounts.session_account(gone) is None
    clock.advance(hours=11)
    assert accounts.session_account(old) is None


def test_a_learner_session_is_no_staff_session(accounts) -> None:
    rina = accounts.create("rina", "Rina", "auditor", PASSWORD)
    token = accounts.start_session("learner", rina.id)
    assert accounts.session_account(token) is None
    assert accounts.session_person(token) == rina.id


def test_the_last_admin_stays(accounts) -> None:
    admin = accounts.create("admin", "Admin", "admin", PASSWORD)
    assert code_of(accounts.set_active, admin.id, False) == "accounts.last_admin"


def test_of_two_admins_who_switch_off_each_other_one_stays(accounts) -> None:
    pair = [accounts.create(name, name, "admin", PASSWORD) for name in ("rina", "budi")]
    together = Barrier(2)

    def switch_off(account) -> str:
        together.wait()
        try:
            accounts.set_active(account.id, False)
        except ToolError as refused:
            return refused.code
        return "done"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(switch_off, pair)) == ["accounts.last_admin", "done"]


def test_a_new_password_ends_the_sessions(accounts) -> None:
    rina = accounts.create("rina", "Rina", "auditor", PASSWORD)
    token = accounts.start_session("staff", rina.id)
    accounts.change_password(rina.id, "kalimat sandi kedua")
    assert accounts.session_account(token) is None
    assert accounts.login("rina", "kalimat sandi kedua", "10.0.0.1").id == rina.id


def test_another_institution_sees_nothing(engine, accounts, clock) -> None:
    rina = accounts.create("rina", "Rina", "auditor", PASSWORD)
    token, link = accounts.start_session("staff", rina.id), accounts.first_admin_link()
    other = of(engine, clock, OTHER)
    assert other.session_account(token) is None
    assert not other.link_is_open(link)
    assert code_of(other.login, "rina", PASSWORD, "10.0.0.1") == "accounts.login_wrong"
    assert House(engine, OTHER).accounts.list() == []


def test_no_secret_is_kept_in_the_clear(engine, accounts, tmp_path) -> None:
    rina = accounts.create("rina", "Rina", "auditor", PASSWORD)
    secrets = [PASSWORD, accounts.start_session("staff", rina.id), accounts.first_admin_link()]
    engine.dispose()
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("house.db*"))
    assert [secret for secret in secrets if secret.encode() in stored] == []


def test_a_clock_that_is_set_back_ends_sessions_and_brakes_nobody_until_it_has_caught_up(accounts, clock) -> None:
    rina = accounts.create("rina", "Rina", "auditor", PASSWORD)
    session = accounts.start_session("staff", rina.id)
    for _ in range(5):
        assert code_of(accounts.login, "rina", "salah sekali ini", "10.0.0.1") == "accounts.login_wrong"
    clock.advance(seconds=-5)  # as NTP does all the time
    assert accounts.session_account(session) is not None
    assert code_of(accounts.login, "rina", PASSWORD, "10.0.0.1") == "accounts.login_braked"
    clock.advance(days=-1)
    assert accounts.session_account(session) is None
    assert accounts.login("rina", PASSWORD, "10.0.0.1").username == "rina"


def test_a_session_ends_when_nobody_uses_it_and_lives_on_when_somebody_does(accounts, clock) -> None:
    rina = accounts.create("rina", "Rina", "auditor", PASSWORD)
    idle, used = accounts.start_session("staff", rina.id), accounts.start_session("staff", rina.id)
    for _ in range(2):
        clock.advance(minutes=20)
        assert accounts.session_account(used) is not None
    assert accounts.session_account(idle) is None
    assert len(accounts.sessions(rina.id)) == 1
    for _ in range(28):
        clock.advance(minutes=20)
        accounts.session_account(used)
    assert accounts.session_account(used) is None


def test_the_sessions_of_an_account_are_listed_and_ended_together(accounts, clock) -> None:
    rina = accounts.create("rina", "Rina", "auditor", PASSWORD)
    accounts.start_session("staff", rina.id, address="10.0.0.1", agent="Peramban " + "x" * 500)
    clock.advance(minutes=5)
    accounts.start_session("staff", rina.id, address="10.0.0.2")
    listed = accounts.sessions(rina.id)
    assert [one.address for one in listed] == ["10.0.0.2", "10.0.0.1"]
    assert len(listed[1].agent) == 200
    accounts.end_all_sessions(rina.id)
    assert accounts.sessions(rina.id) == []


def test_another_role_ends_the_sessions_and_the_last_admin_keeps_theirs(accounts) -> None:
    admin = accounts.create("admin", "Admin", "admin", PASSWORD)
    rina = accounts.create("rina", "Rina", "auditor", PASSWORD)
    token = accounts.start_session("staff", rina.id)
    accounts.set_role(rina.id, "author")
    assert accounts.session_account(token) is None
    assert accounts.login("rina", PASSWORD, "10.0.0.1").role == "author"
    assert code_of(accounts.set_role, admin.id, "auditor") == "accounts.last_admin"
    assert code_of(accounts.set_role, rina.id, "root") == "accounts.role_unknown"


def test_a_reset_link_works_once_for_a_day_and_ends_all_sessions(accounts, clock) -> None:
    rina = accounts.create("rina", "Rina", "auditor", PASSWORD)
    old, link = accounts.start_session("staff", rina.id), accounts.reset_link(rina.id)
    assert code_of(accounts.reset, link, "pendek") == "accounts.password_length"
    assert accounts.login("rina", PASSWORD, "10.0.0.1").id == rina.id
    accounts.reset(link, "kalimat sandi yang lain")
    assert accounts.session_account(old) is None
    assert accounts.login("rina", "kalimat sandi yang lain", "10.0.0.1").id == rina.id
    assert code_of(accounts.login, "rina", PASSWORD, "10.0.0.1") == "accounts.login_wrong"
    assert code_of(accounts.reset, link, PASSWORD) == "accounts.reset_closed"
    late = accounts.reset_link(rina.id)
    clock.advance(hours=25)
    assert code_of(accounts.reset, late, PASSWORD) == "accounts.reset_closed"


def test_reset_links_of_two_accounts_and_of_the_first_admin_do_not_close_each_other(accounts) -> None:
    rina = accounts.create("rina", "Rina", "auditor", PASSWORD)
    budi = accounts.create("budi", "Budi", "author", PASSWORD)
    first, one, other = accounts.first_admin_link(), accounts.reset_link(rina.id), accounts.reset_link(budi.id)
    newer = accounts.reset_link(rina.id)
    assert code_of(accounts.account_to_reset, one) == "accounts.reset_closed"
    assert accounts.account_to_reset(newer).id == rina.id
    assert accounts.account_to_reset(other).id == budi.id
    assert accounts.link_is_open(first)
    assert code_of(accounts.account_to_reset, first) == "accounts.reset_closed"
    assert not accounts.link_is_open(other)


ISSUER = "https://sso.example.go.id"


def test_an_identity_waits_until_an_admin_gives_it_an_account_once(engine, accounts, clock) -> None:
    identities = House(engine, HOME).identities
    seen = identities.see(ISSUER, "u-1", "Rina", "rina", clock())
    clock.advance(minutes=1)
    again = identities.see(ISSUER, "u-1", "Rina Kusuma", "rina", clock())
    assert (again.name, again.first_seen, again.account) == ("Rina Kusuma", seen.first_seen, "")
    assert identities.waiting() == [again]
    account = accounts.accept(again, "auditor")
    assert identities.get(ISSUER, "u-1").account == account.id
    assert identities.waiting() == []
    assert code_of(accounts.accept, again, "admin") == "oidc.not_waiting"
    assert [one.username for one in House(engine, HOME).accounts.list()] == ["rina"]
    assert not identities.forget_waiting(ISSUER, "u-1")


def test_an_identity_is_nothing_at_another_issuer_or_institution(engine, clock) -> None:
    House(engine, HOME).identities.see(ISSUER, "u-1", "Rina", "rina", clock())
    assert House(engine, HOME).identities.get("https://lain.example", "u-1") is None
    assert House(engine, OTHER).identities.get(ISSUER, "u-1") is None
    assert not House(engine, OTHER).identities.forget_waiting(ISSUER, "u-1")
    assert House(engine, HOME).identities.forget_waiting(ISSUER, "u-1")


def test_only_so_many_identities_wait(engine, clock, monkeypatch) -> None:
    monkeypatch.setattr("lti_tool.house.store.identities.MOST_WAITING", 2)
    identities = House(engine, HOME).identities
    for number in range(2):
        identities.see(ISSUER, f"u-{number}", "Rina", "", clock())
    assert code_of(identities.see, ISSUER, "u-9", "Rina", "", clock()) == "oidc.too_many_waiting"
    assert identities.see(ISSUER, "u-1", "Rina", "", clock()).subject == "u-1"


@pytest.mark.parametrize(
    ("said", "made"),
    [("Rina.K@Contoh.go.id", "rina.k@contoh.go.id"), ("", "akun-sso"), ("é", "akun-sso"), ("x", "akun-x")],
)
def test_a_name_of_another_system_becomes_a_username(engine, accounts, clock, said: str, made: str) -> None:
    identities = House(engine, HOME).identities
    pair = [identities.see(ISSUER, f"u-{number}", "–", said, clock()) for number in range(2)]
    assert [accounts.accept(one, "author").username for one in pair] == [made, f"{made}-2"]
