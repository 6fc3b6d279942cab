"""A module's credential from end to end: its records wait for a review, and forged ones never raise accepted JP."""

import base64
from datetime import timedelta
from typing import Any

import pytest

from lti_tool.credential_terms import find_module
from lti_tool.web.testing import LMS
from xapi.audit.report import report
from xapi.lrs.credentials import Limits
from xapi.testing import encoded
from xapi.vocabulary import EXT_BENTUK, EXT_JP, EXT_ROLE, EXT_STATUS, PASSED, VERB_REVIEWED, VOIDED

NIP = "198501012099031001"
REGISTRATION = "aa97b177-9383-4934-8543-0f91a7a02836"


class Package:
    """Whoever holds the package: it knows the key, the module and the pseudonym of a person."""

    def __init__(self, site: Any, module: Any) -> None:
        services = site.services
        iri, extensions = find_module(services.library, module.course_id)
        limits = Limits(module=iri, extensions=extensions)
        new = services.credentials.add(services.institution.id, "paket", ["module"], "package", limits=limits)
        pair = base64.b64encode(f"{new.key}:{new.secret}".encode()).decode()
        self._headers = {"Authorization": f"Basic {pair}", "X-Experience-API-Version": "1.0.3"}
        self._site = site
        self.module = module

    def send(self, statement: dict[str, Any]) -> int:
        answer = self._site.browser().post("/xapi/statements", json=statement, headers=self._headers)
        self._site.count()
        return int(answer.status_code)

    def passed(self, person: str, **changes: Any) -> dict[str, Any]:
        said = {EXT_JP: self.module.jp, EXT_BENTUK: self.module.bentuk} | changes.pop("extensions", {})
        return {
            "actor": self._site.services.people.actor(person),
            "verb": {"id": PASSED},
            "object": {"id": self.module.iri},
            "context": {"registration": REGISTRATION, "extensions": said},
            "timestamp": (self._site.clock() - timedelta(hours=1)).isoformat(),
            **changes,
        }


@pytest.fixture
def package(site, tmp_path) -> Package:
    return Package(site, site.publish(tmp_path / "modul"))


def figures(site, person: str) -> tuple[int, int]:
    """The person's accepted and pending JP of the year."""
    services = site.services
    rows = report(services.ledger, services.people, site.clock().year, "pegawai").rows
    nips = {row["nip"]: row for row in rows}
    (row,) = [row for nip, row in nips.items() if services.people.by_nip(str(nip)) == person]
    return int(row["accepted"]), int(row["pending"])


def test_a_record_of_a_package_waits_for_a_review_and_then_counts(site, package: Package) -> None:
    person = site.employ("Siti Contoh")
    assert package.send(package.passed(person, id=REGISTRATION)) == 200
    assert figures(site, person) == (0, 100)
    services = site.services
    review = {
        "actor": services.people.actor(person),
        "verb": {"id": VERB_REVIEWED},
        "object": {"objectType": "StatementRef", "id": REGISTRATION},
        "context": {"extensions": {EXT_STATUS: "Disetujui", EXT_ROLE: "validator"}},
        "result": {"response": "Sesuai dengan daftar peserta."},
    }
    services.lrs.post_statements(services.principal("review"), encoded(review))
    site.count()
    assert figures(site, person)[0] == 100


def test_a_flood_of_forged_records_raises_no_accepted_jp(site, package: Package) -> None:
    person = site.employ("Siti Contoh")
    site.credit(person, 300)
    before = figures(site, person)[0]
    year = site.clock().year
    for day in range(1, 29):
        package.send(package.passed(person, timestamp=f"{year}-03-{day:02}T02:00:00Z"))
    assert before == 300
    assert figures(site, person)[0] == before


@pytest.mark.parametrize(
    "forged",
    [
        {"extensions": {EXT_JP: 2000}},
        {"extensions": {EXT_BENTUK: "pelatihan-struktural"}},
        {"object": {"id": "https://contoh.go.id/kegiatan/lain"}},
        {"extensions": {EXT_STATUS: "Disetujui"}},
    ],
)
def test_what_it_was_not_given_never_reaches_the_ledger(site, package: Package, forged: dict[str, Any]) -> None:
    person = site.employ("Siti Contoh")
    assert package.send(package.passed(person, **forged)) == 403
    assert figures(site, person) == (0, 0)


def test_it_can_neither_approve_nor_take_back(site, package: Package) -> None:
    person = site.employ("Siti Contoh")
    approved = site.credit(person, 300)
    assert package.send(package.passed(person, id=REGISTRATION)) == 200
    for verb, target in ((VERB_REVIEWED, REGISTRATION), (VOIDED, approved), (VOIDED, REGISTRATION)):
        statement = package.passed(person, verb={"id": verb}, object={"objectType": "StatementRef", "id": target})
        assert package.send(statement) == 403
    assert figures(site, person) == (300, 100)


def test_a_record_of_the_lms_counts_in_place_of_the_packages_own(site, package: Package) -> None:
    person = site.employ("Siti Contoh")
    package.send(package.passed(person))
    services = site.services
    services.lrs.post_statements(services.principal("lms_record"), encoded(package.passed(person)))
    site.count()
    assert figures(site, person) == (100, 0)


def test_a_person_that_is_not_known_here_earns_nothing(site, package: Package) -> None:
    person = site.employ("Siti Contoh")
    stranger = {"objectType": "Agent", "mbox": "mailto:seseorang@example.go.id"}
    assert package.send(package.passed(person, actor=stranger)) == 200
    assert figures(site, person) == (0, 0)


def of_lms(name: str) -> dict[str, Any]:
    return {"objectType": "Agent", "account": {"homePage": LMS, "name": name}, "name": "Siti Contoh"}


def test_an_lms_account_becomes_one_person_who_waits_to_be_matched(site, package: Package) -> None:
    answered = {"id": "http://adlnet.gov/expapi/verbs/answered"}
    assert package.send(package.passed("-", actor=of_lms("siti.7"), verb=answered)) == 200
    assert package.send(package.passed("-", actor=of_lms("siti.7"))) == 200
    (waiting,) = site.services.people.waiting()
    assert (waiting.issuer, waiting.subject, waiting.name) == (LMS, "siti.7", "Siti Contoh")
    person = site.employ("Siti Contoh")
    site.services.people.link(waiting.person, person, now=site.clock())
    site.count()
    assert figures(site, person) == (0, 100)


def test_no_account_of_an_lms_is_left_in_what_is_stored(site, package: Package) -> None:
    package.send(package.passed("-", actor=of_lms("siti.7"), id=REGISTRATION))
    body = site.services.lrs.get_statement(site.services.principal("foreign"), REGISTRATION)
    assert b"siti" not in body.lower()
    assert site.services.people.waiting()[0].person.encode() in body


def test_an_lms_whose_user_names_are_nips_names_the_person_and_accepts_nothing(site, package: Package) -> None:
    person = site.employ("Siti Contoh")
    assert package.send(package.passed("-", actor=of_lms(NIP))) == 200
    assert figures(site, person) == (0, 100)
    assert site.services.people.waiting() == []


def test_a_nip_anywhere_else_is_refused(site, package: Package) -> None:
    answered = package.passed("-", actor=of_lms("siti.7"), result={"response": f"NIP saya {NIP}"})
    assert package.send(answered) == 400


def test_what_a_module_may_not_write_makes_nobody_known(site, package: Package) -> None:
    elsewhere = {"id": "https://contoh.go.id/kegiatan/lain"}
    assert package.send(package.passed("-", actor=of_lms("siti.7"), object=elsewhere)) == 403
    assert site.services.people.waiting() == []
