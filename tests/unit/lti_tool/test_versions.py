"""Versions of a module: whoever has begun keeps what they began, and the numbers say who is where."""

import re

import msgspec
import pytest
from werkzeug.test import TestResponse

from lti_tool.house.store import House
from lti_tool.house.store.usage import Place, VersionUse
from lti_tool.web.learn import PLAYER_STATE, open_launch
from lti_tool.web.testing import send, write_module
from xapi.lrs.documents import Precondition
from xapi.lrs.states import StateAddress
from xapi.vocabulary import EXT_JP, EXT_MODULE_VERSION

COURSE = "pelayanan-publik"
ONE_DATABASE = pytest.mark.parametrize("place", ["sqlite"], indirect=True)


def config_of(site, launch) -> dict:
    with site.app.test_request_context("/lti/launch", method="POST"):
        made = open_launch(site.services, launch)
    page = TestResponse(made.iter_encoded(), made.status, made.headers, None).text
    return msgspec.json.decode(re.search(r'id="jampel-config">(.*?)</script>', page).group(1))


def learn(site, registration: str, subject: str, iri: str) -> None:
    """What the player does: keeps how far the learner is."""
    found = site.services.people.resolve(site.platform().issuer, subject, now=site.clock())
    actor = site.services.people.actor(found.person)
    address = StateAddress(iri, actor, registration, PLAYER_STATE)
    body = msgspec.json.encode({"state": "J1abc"})
    site.services.lrs.states.put(
        site.services.principal("launch"), address, body, "application/json", Precondition(if_none_match="*")
    )


def publish(site, folder, version: str, **changes: str):
    site.clock.advance(days=1)
    return site.publish(folder, versi=f'"{version}"', **changes)


def test_whoever_has_begun_keeps_their_version_and_its_jp_and_a_new_learner_gets_the_newest(site, tmp_path) -> None:
    old = publish(site, tmp_path / "modul", "1.0.0")
    begun, idle = site.enrol("peserta-1"), site.enrol("peserta-2")
    learn(site, begun, "peserta-1", old.iri)
    publish(site, tmp_path / "modul", "2.0.0", jp="2.0")
    new = site.enrol("peserta-3")
    got = {
        name: config_of(site, site.launch(registration=registration, subject=name))["extensions"]
        for name, registration in (("peserta-1", begun), ("peserta-2", idle), ("peserta-3", new))
    }
    assert {name: one[EXT_MODULE_VERSION] for name, one in got.items()} == {
        "peserta-1": "1.0.0",
        "peserta-2": "2.0.0",  # had only opened it: nothing to lose
        "peserta-3": "2.0.0",
    }
    assert (got["peserta-1"][EXT_JP], got["peserta-3"][EXT_JP]) == (100, 200)


def test_a_third_version_changes_nothing_for_who_keeps_the_first(site, tmp_path) -> None:
    old = publish(site, tmp_path / "modul", "1.0.0")
    first = site.enrol("peserta-1")
    middle = publish(site, tmp_path / "modul", "2.0.0")
    second = site.enrol("peserta-2")
    newest = publish(site, tmp_path / "modul", "3.0.0")
    library = site.services.library
    assert [library.for_learner(one, newest).version for one in (first, second)] == ["1.0.0", "2.0.0"]
    library.withdraw(old)
    assert library.for_learner(first, newest) == newest
    library.restore(library.by_digest(old.digest))
    assert library.for_learner(first, newest).version == "1.0.0"
    assert library.for_learner(second, newest) == middle


def test_a_version_that_comes_back_leaves_those_who_began_another_meanwhile_alone(site, tmp_path) -> None:
    publish(site, tmp_path / "modul", "1.0.0")
    newest = publish(site, tmp_path / "modul", "2.0.0")
    before = site.enrol("peserta-1")
    site.services.library.withdraw(newest)
    meanwhile = site.enrol("peserta-2")
    site.services.library.restore(newest)
    library = site.services.library
    assert library.for_learner(before, library.newest(COURSE)).version == "2.0.0"
    assert library.for_learner(meanwhile, library.newest(COURSE)).version == "1.0.0"


def test_a_version_kept_of_another_module_counts_for_nothing(site, tmp_path) -> None:
    publish(site, tmp_path / "modul", "1.0.0")
    registration = site.enrol("peserta-1")
    publish(site, tmp_path / "modul", "2.0.0")
    other = publish(site, tmp_path / "lain", "1.0.0", id='"hasil-laut"')
    assert site.services.library.for_learner(registration, other) == other


def test_moving_on_takes_all_who_have_not_passed(site, tmp_path) -> None:
    old = publish(site, tmp_path / "modul", "1.0.0")
    passed, failed, begun = site.enrol("a", best=7000), site.enrol("b", best=6999), site.enrol("c")
    newest = publish(site, tmp_path / "modul", "2.0.0")
    assert site.services.library.move_on(old) == 2
    versions = [site.services.library.for_learner(one, newest).version for one in (passed, failed, begun)]
    assert versions == ["1.0.0", "2.0.0", "2.0.0"]


def test_numbers_of_use_count_learners_where_they_are(site, tmp_path) -> None:
    old = publish(site, tmp_path / "modul", "1.0.0")
    site.enrol("a", best=7000)
    site.enrol("b", best=100)
    site.enrol("c")
    newest = publish(site, tmp_path / "modul", "2.0.0")
    site.enrol("d", best=8000)
    usage = site.services.house.usage
    used = usage.of_versions(COURSE, newest.digest, {old.digest: 7000, newest.digest: 7000})
    assert used == {old.digest: VersionUse(3, 2, 1, 3), newest.digest: VersionUse(1, 1, 1, 1)}
    place = (site.platform().id, "1", "tautan-1")
    assert usage.in_class(COURSE, newest.digest, place) == {old.digest: 3, newest.digest: 1}
    assert usage.places(COURSE) == [Place("LMS contoh", "Kursus contoh", 4, int(site.clock().timestamp()))]
    for _again in range(2):
        usage.count_download(old.digest, "scorm12", site.clock())
    assert usage.downloads(old.digest) == {"scorm12": 2}


def test_another_institution_sees_and_moves_nobody(site, tmp_path) -> None:
    old = publish(site, tmp_path / "modul", "1.0.0")
    registration = site.enrol("a")
    newest = publish(site, tmp_path / "modul", "2.0.0")
    other = House(site.services.house.modules._engine, "f" * 32)
    assert other.versions.kept(registration) == ""
    assert other.versions.move_on(COURSE, old.digest, 0) == 0
    assert other.versions.keep(COURSE, newest.digest, "", site.clock()) == 0
    other.versions.release(registration)
    assert other.usage.of_versions(COURSE, newest.digest, {}) == {}
    assert other.usage.places(COURSE) == []
    assert site.services.library.for_learner(registration, newest) == old


@ONE_DATABASE
def test_an_author_moves_learners_on_from_the_page_of_use(site, tmp_path) -> None:
    old = publish(site, tmp_path / "modul", "1.0.0")
    registration = site.enrol("a")
    newest = publish(site, tmp_path / "modul", "2.0.0")
    author, address = site.staff("author"), f"/pustaka/modul/{old.digest}"
    page = author.get(f"{address}/pemakaian").text
    assert "Pindahkan dari versi 1.0.0" in page
    assert "mulai lagi dari awal" in page
    assert send(author, f"{address}/pemakaian", f"{address}/pindahkan").status_code == 303
    assert site.services.library.for_learner(registration, newest) == newest
    assert "Pindahkan dari versi" not in author.get(f"{address}/pemakaian").text
    assert send(site.staff("auditor"), "/", f"{address}/pindahkan").status_code == 403


@ONE_DATABASE
def test_a_draft_with_the_number_of_a_published_version_is_pointed_out(site, tmp_path) -> None:
    publish(site, tmp_path / "modul", "1.0.0")
    draft = site.services.library.draft(write_module(tmp_path / "modul", versi='"1.0.0"', jp="3.0")).module
    assert "naikkan versi" in site.staff("author").get(f"/pustaka/modul/{draft.digest}").text


@ONE_DATABASE
def test_a_teacher_sees_how_many_go_on_with_an_older_version(site, tmp_path) -> None:
    publish(site, tmp_path / "modul", "1.0.0")
    site.enrol("a")
    publish(site, tmp_path / "modul", "2.0.0")
    with site.app.test_request_context("/lti/launch", method="POST"):
        page = open_launch(site.services, site.launch(roles=frozenset({"teacher"}))).get_data(as_text=True)
    assert "1 peserta meneruskan versi 1.0.0" in page
