"""Data-privacy launches: what is kept about a person, shown to that person or to an administrator."""

import uuid

import pytest
from werkzeug.test import TestResponse

from lti_tool.claims import FOR_USER, RESOURCE_LINK, ROLES
from lti_tool.errors import LaunchRefused
from lti_tool.store import Link
from lti_tool.web.learn import open_launch
from lti_tool.web.testing import LMS

NAMES = ("LtiDataPrivacyLaunchRequest", "DataPrivacyLaunchRequest")
MESSAGE = "https://purl.imsglobal.org/spec/lti/claim/message_type"
ADMIN = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator"


def opened(site, **changes):
    launch = site.launch(message_type=NAMES[0], resource_link_id="", custom={}, **changes)
    with site.app.test_request_context("/lti/launch", method="POST"):
        made = open_launch(site.services, launch)
    return TestResponse(made.iter_encoded(), made.status, made.headers, None)


@pytest.mark.parametrize("name", NAMES)
def test_both_names_of_the_message_are_a_launch_without_a_link(bench, name: str) -> None:
    launch = bench.launch(**{MESSAGE: name, RESOURCE_LINK: ...})
    assert (launch.message_type, launch.subject, launch.for_user) == (name, "2", "")


def test_who_asks_what_is_kept_does_not_enrol_by_it(bench) -> None:
    bench.launch(**{MESSAGE: NAMES[0]})
    assert bench.store.kept.enrolments(bench.platform.id, "2") == []


def test_an_administrator_may_ask_for_a_person(bench) -> None:
    launch = bench.launch(**{MESSAGE: NAMES[0], ROLES: [ADMIN], FOR_USER: {"user_id": "77"}})
    assert launch.for_user == "77"


def test_nobody_else_may_ask_for_another_person(bench) -> None:
    with pytest.raises(LaunchRefused, match=r"launch\.admins_only"):
        bench.launch(**{MESSAGE: NAMES[0], FOR_USER: {"user_id": "77"}})
    assert bench.launch(**{MESSAGE: NAMES[0], FOR_USER: {"user_id": "2"}}).for_user == "2"


@pytest.mark.parametrize("claim", ["77", ["77"], {"user_id": 7}, {"user_id": "7" * 256}])
def test_a_broken_claim_about_the_person_is_refused(bench, claim) -> None:
    with pytest.raises(LaunchRefused):
        bench.launch(**{MESSAGE: NAMES[0], ROLES: [ADMIN], FOR_USER: claim})


def test_the_page_shows_what_is_kept_and_where_to_ask_and_makes_nobody_known(site) -> None:
    answer = opened(site)
    assert answer.status_code == 200
    assert "Belum ada apa-apa" in answer.text
    assert "penghapusan" in answer.text
    assert f"frame-ancestors {LMS}" in answer.headers["Content-Security-Policy"]
    assert site.services.people.by_account(LMS, "peserta-1") is None


def test_the_page_counts_what_is_there_and_shows_no_number(site, tmp_path) -> None:
    site.publish(tmp_path / "modul")
    person = site.employ("Siti Rahmawati")
    nip = site.services.people.employee(person).nip
    with site.app.test_request_context("/lti/launch", method="POST"):
        open_launch(site.services, site.launch(nip_text=nip))
    site.credit(person, 100)
    link = Link(registration=str(uuid.uuid4()), platform=site.platform().id, deployment="1", resource_link="t-1",
                subject="peserta-1", title="Etika <b>ASN</b>")  # fmt: skip
    site.services.lti.launches.save("1" * 32, "LtiResourceLinkRequest", "learner", link, site.clock())
    page = opened(site).text
    assert "Etika &lt;b&gt;ASN&lt;/b&gt;" in page
    assert "Disimpan, dari daftar pegawai." in page
    assert "<dd>1</dd>" in page
    assert nip not in page


def test_the_page_lists_the_modules_that_were_opened(bench, site) -> None:
    bench.launch()
    bench.launch(**{RESOURCE_LINK: {"id": "link-2", "title": "Etika"}})
    found = bench.store.kept.enrolments(bench.platform.id, "2")
    assert [one.title for one in found] == ["Pelayanan", "Etika"]
    assert bench.store.kept.enrolments(bench.platform.id, "3") == []


def test_an_anonymous_launch_is_told_that_nothing_is_kept(site) -> None:
    assert "tidak ada data Anda yang disimpan" in opened(site, subject="").text
