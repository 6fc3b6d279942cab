"""The pages of accounts: one's own password and sessions, what an admin does with others, and what the log tells."""

import re

import pytest

from lti_tool.web.testing import PASSWORD, send

#: What SQL does here, other tests ask on both databases.
pytestmark = pytest.mark.parametrize("place", ["sqlite"], indirect=True)
NEW = "kalimat sandi yang baru"


def actions(site) -> list[str]:
    return [line.action for line in site.services.house.log.last()]


def id_of(site, username: str) -> str:
    return next(one.id for one in site.services.house.accounts.list() if one.username == username)


def test_ones_own_password_is_changed_and_other_browsers_are_out(site) -> None:
    here, there = site.staff("auditor"), site.browser()
    send(there, "/masuk", "/masuk", username="auditor", password=PASSWORD)
    assert send(here, "/akun/", "/akun/sandi", current="salah sekali ini", password=NEW).status_code == 400
    assert send(here, "/akun/", "/akun/sandi", current=PASSWORD, password=NEW).status_code == 303
    assert here.get("/akun/").status_code == 200
    assert there.get("/akun/").status_code == 302
    assert send(there, "/masuk", "/masuk", username="auditor", password=NEW).status_code == 303
    assert actions(site)[:3] == ["login", "account.password", "account.password_failed"]


def test_a_stolen_session_cannot_guess_the_password(site) -> None:
    thief = site.staff("auditor")
    answers = [send(thief, "/akun/", "/akun/sandi", current=f"tebakan nomor {n}", password=NEW) for n in range(6)]
    assert [answer.status_code for answer in answers] == [400] * 5 + [429]


def test_sessions_are_seen_and_ended_one_by_one_and_all(site) -> None:
    here, there = site.staff("auditor"), site.browser()
    send(there, "/masuk", "/masuk", username="auditor", password=PASSWORD)
    page = here.get("/akun/").text
    (other,) = re.findall(r"/akun/sesi/(\w{64})/akhiri", page)
    assert "127.0.0.1" in page
    assert send(here, "/akun/", f"/akun/sesi/{other}/akhiri").status_code == 303
    assert there.get("/akun/").status_code == 302
    assert send(here, "/akun/", "/akun/sesi/akhiri").location == "/masuk"
    assert here.get("/akun/").status_code == 302


def test_nobody_ends_the_session_of_another(site) -> None:
    auditor, author = site.staff("auditor"), site.staff("author")
    (foreign,) = (one.id for one in site.accounts.sessions(id_of(site, "auditor")))
    assert send(author, "/akun/", f"/akun/sesi/{foreign}/akhiri").status_code == 404
    assert auditor.get("/akun/").status_code == 200


def test_an_admin_makes_a_link_that_gives_a_new_password_once(site) -> None:
    admin, account = site.staff("admin"), site.accounts.create("rina", "Rina", "auditor", PASSWORD)
    page = send(admin, "/admin/akun", f"/admin/akun/{account.id}/sandi")
    link = re.search(r"http://localhost(/sandi/[\w-]+)", page.text).group(1)
    rina = site.browser()
    assert rina.get(link).headers["Referrer-Policy"] == "strict-origin"
    assert send(rina, link, link, password="pendek").status_code == 400
    assert send(rina, link, link, password=NEW).status_code == 303
    assert rina.get(link).status_code == 410
    assert send(rina, "/masuk", "/masuk", username="rina", password=NEW).status_code == 303
    assert actions(site)[:3] == ["login", "account.password", "account.reset"]
    assert link not in str(site.services.house.log.last())


def test_another_role_holds_at_once_and_is_in_the_log(site) -> None:
    admin, rina = site.staff("admin"), site.staff("auditor")
    place = f"/admin/akun/{id_of(site, 'auditor')}/peran"
    assert send(admin, "/admin/akun", place, peran="author").status_code == 303
    assert rina.get("/audit/").status_code == 302
    assert (actions(site)[0], site.services.house.log.last()[0].detail) == ("account.role", "auditor author")
    assert send(admin, "/admin/akun", place, peran="root").status_code == 400
    own = f"/admin/akun/{id_of(site, 'admin')}/peran"
    assert send(admin, "/admin/akun", own, peran="author").status_code == 400


def test_the_log_tells_of_failed_logins_without_what_was_typed(site) -> None:
    site.accounts.create("rina", "Rina", "auditor", PASSWORD)
    for name in ("rina", "kata-sandi-yang-salah-ketik"):
        send(site.browser(), "/masuk", "/masuk", username=name, password="salah sekali ini")
    lines = site.services.house.log.last()
    assert [(line.action, line.subject) for line in lines] == [
        ("login.failed", ""),
        ("login.failed", id_of(site, "rina")),
    ]
    assert "ketik" not in str(lines)


def test_the_log_tells_who_looked_at_whose_evidence(site) -> None:
    person = site.employ("Siti")
    statement = site.credit(person, 400)
    auditor = site.staff("auditor")
    auditor.get(f"/audit/orang/{person}?tahun=2026")
    auditor.get(f"/audit/orang/{person}/2026/bukti/{statement}")
    seen = [(line.action, line.subject, line.detail) for line in site.services.house.log.last(2)]
    assert seen == [("audit.view", person, statement), ("audit.view", person, "2026")]
