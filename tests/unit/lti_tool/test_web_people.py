"""The pages on who is whom and on personal data: decided by an administrator alone, and without a whole number."""

from datetime import date

import pytest
from flask.testing import FlaskClient

from lti_tool.subject.action_words import action_name
from lti_tool.web.learn import open_launch
from lti_tool.web.testing import Site, send
from xapi.identity import parse_nip
from xapi.people import RosterEntry
from xapi.people.subject import ACTIONS

FIRST, LATER = "198501012099031001", "198501012099041007"
PAGE = "/admin/pegawai/usulan/"


@pytest.fixture
def admin(site: Site) -> FlaskClient:
    """An administrator, with one person who stands on the roster under two numbers."""
    site.employ("Ani Lestari")
    entry = RosterEntry(parse_nip(LATER), "Ani Lestari, S.E.", "Bappeda", "PNS", "Analis", "III/a", date(2026, 1, 5))
    site.services.people.apply_roster([entry], site.clock().date(), keep_good=False)
    return site.staff("admin")


def test_a_proposal_is_confirmed_undone_and_refused_on_the_page(site: Site, admin: FlaskClient) -> None:
    people = site.services.people
    ((one, _old, _target),) = people.matches.waiting()
    page = admin.get(PAGE).text
    assert "Nomor baru" in page
    assert not any(number in page for number in (FIRST, LATER))
    assert send(admin, PAGE, f"{PAGE}{one.id}").status_code == 303
    assert people.person_of(FIRST) == people.person_of(LATER)
    (merge,) = people.matches.merges()
    assert merge.decided_by
    assert send(admin, PAGE, f"{PAGE}batal/{merge.seq}").status_code == 303
    assert people.person_of(FIRST) != people.person_of(LATER)
    assert send(admin, PAGE, f"{PAGE}{one.id}/bukan").status_code == 303
    assert people.matches.waiting() == []
    for gone in (one.id, f"{one.id}/bukan", f"batal/{merge.seq}", f"batal/{'9' * 30}"):
        assert send(admin, PAGE, f"{PAGE}{gone}").status_code == 404


def test_an_auditor_decides_nothing_about_people(site: Site, admin: FlaskClient) -> None:
    auditor = site.staff("auditor")
    for address in (PAGE, "/admin/data-pribadi/"):
        assert auditor.get(address).status_code == 403


def test_the_page_of_personal_data_tells_what_was_done_and_about_nobody(site: Site, admin: FlaskClient) -> None:
    people = site.services.people
    person = people.person_of(FIRST)
    people.subjects.freeze(person, site.clock(), basis="pasal 41", decided_by="dpo")
    page = admin.get("/admin/data-pribadi/").text
    assert all(text in page for text in ("pemrosesan ditunda", "pasal 41", person[:8], "belum ditetapkan"))
    assert not any(text in page for text in ("Ani", FIRST, LATER))


def test_a_frozen_learner_reads_the_module_and_nothing_is_recorded(site: Site, admin: FlaskClient, tmp_path) -> None:
    site.publish(tmp_path / "modul")
    launch = site.launch(nip_text=FIRST)
    person = site.services.people.person_of(FIRST)
    site.services.people.subjects.freeze(person, site.clock(), basis="pasal 41", decided_by="dpo")
    with site.app.test_request_context("/lti/launch", method="POST"):
        page = open_launch(site.services, launch).get_data(as_text=True)
    assert "Pemrosesan ditunda" in page
    assert "/xapi/" not in page


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_action_of_the_record_has_words(language: str) -> None:
    said = [action_name(action, language) for action in ACTIONS]
    assert not {*said} & {*ACTIONS}
    assert len({*said}) == len(ACTIONS)
