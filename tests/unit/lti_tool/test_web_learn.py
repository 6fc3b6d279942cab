"""What a launch opens: the player with its token, the class, clear refusals, the picker, and a learner's own JP."""

import json
import re
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from lti_tool.store import Link
from lti_tool.web.learn import open_launch
from lti_tool.web.picker import open_picker
from lti_tool.web.testing import LMS, send
from xapi.vocabulary import EXT_BENTUK, EXT_JP, EXT_MODULE_VERSION

EXAMPLE = Path(__file__).parent.parent.parent.parent / "examples" / "modul" / "pelayanan-publik-prima"


@pytest.fixture
def module(site, tmp_path):
    return site.publish(tmp_path / "modul")


def opened(site, launch, opener=open_launch):
    with site.app.test_request_context("/lti/launch", method="POST"):
        made = opener(site.services, launch)
    return TestResponse(made.iter_encoded(), made.status, made.headers, None)


def config_of(page: str) -> dict:
    return json.loads(re.search(r'id="jampel-config">(.*?)</script>', page).group(1))


def test_a_learner_gets_the_player_with_a_token_for_this_launch_only(site, module) -> None:
    launch = site.launch()
    answer = opened(site, launch)
    config = config_of(answer.text)
    grant = site.services.credentials.authenticate_token(config["token"], site.clock()).grant
    assert answer.status_code == 200
    assert config["transport"] == "xapi"
    assert (grant.activity, grant.registration) == (module.iri, launch.registration)
    assert grant.actor == config["actor"]
    assert grant.extensions == {EXT_JP: 100, EXT_BENTUK: "e-learning", EXT_MODULE_VERSION: "1.0.0"}
    assert f'<base href="/pustaka/isi/{module.digest}/">' in answer.text


@pytest.mark.parametrize(("path", "fields"), [("nyala", {}), ("deployment", {"deployment": "1", "putusan": "refuse"})])
def test_what_launches_have_opened_ends_when_their_lms_is_not_trusted_any_more(site, module, path, fields) -> None:
    admin, registration = site.staff("admin"), site.enrol("peserta-1")
    token = config_of(opened(site, site.launch(registration=registration)).text)["token"]
    other = config_of(opened(site, site.launch(registration=str(uuid.uuid4()))).text)["token"]
    place = f"/admin/lms/{site.platform().id}"
    assert send(admin, place, f"{place}/{path}", **fields).status_code == 303
    still = [site.services.credentials.authenticate_token(one, site.clock()) is not None for one in (token, other)]
    assert still == [False, True]  # the other one is of an LMS that nobody has heard of


def test_two_learners_of_one_module_get_the_same_page_with_their_own_words_in_it(site, module) -> None:
    launches = [site.launch(subject=f"p-{number}", registration=str(uuid.uuid4())) for number in range(2)]
    pages = [opened(site, launch).text for launch in launches]
    configs = [config_of(page) for page in pages]
    assert [config["registration"] for config in configs] == [launch.registration for launch in launches]
    assert pages[0].count(configs[0]["token"]) == 2  # in the settings and behind the button
    assert configs[1]["token"] not in pages[0]
    assert configs[0]["actor"] != configs[1]["actor"]


def test_a_drawn_page_is_kept_for_its_language_and_its_notice_alone(site, module) -> None:
    named = opened(site, site.launch()).text
    english = opened(site, site.launch(locale="en")).text
    nobody = opened(site, site.launch(subject="")).text
    assert config_of(english)["language"] == "en"
    assert "-en.js" in english
    assert "-id.js" in named
    assert "Tanpa nama" in nobody
    assert 'name="token"' not in nobody
    assert "Tanpa nama" not in opened(site, site.launch()).text


def test_a_launch_page_is_framed_by_its_platform_alone_and_sets_no_cookie(site, module) -> None:
    headers = opened(site, site.launch()).headers
    assert f"frame-ancestors {LMS};" in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in headers


def test_the_actor_is_a_pseudonym_and_a_known_nip_finds_the_employee(site, module) -> None:
    person = site.employ("Siti Rahmawati")
    nip = site.services.people.employee(person).nip
    page = opened(site, site.launch(nip_text=nip)).text
    assert config_of(page)["actor"] == site.services.people.actor(person)
    assert nip not in page


def test_an_account_with_another_nip_keeps_its_person_and_an_administrator_is_told(site, module) -> None:
    person, other = site.employ("Siti Rahmawati", 1), site.employ("Budi", 2)
    nips = [site.services.people.employee(one).nip for one in (person, other)]
    for nip in nips:
        assert config_of(opened(site, site.launch(nip_text=nip)).text)["actor"] == site.services.people.actor(person)
    assert [(line.code, line.reference) for line in site.services.lti.audit.last()] == [("launch.other_nip", person)]
    page = site.staff("admin").get("/admin/peluncuran").text
    assert "NIP berbeda</" in page
    assert person in page
    assert not any(nip in page for nip in nips)


def test_an_unknown_learner_waits_in_the_list(site, module) -> None:
    opened(site, site.launch(name="Orang Baru"))
    assert [one.name for one in site.services.people.waiting()] == ["Orang Baru"]


def test_a_launch_without_a_subject_records_nothing(site, module) -> None:
    page = opened(site, site.launch(subject="")).text
    assert config_of(page)["transport"] == "web"
    assert "token" not in config_of(page)


def test_the_page_cannot_be_broken_out_of(site, module) -> None:
    page = opened(site, site.launch(name="</script><script>alert(1)</script>")).text
    assert "<script>alert" not in page
    assert config_of(page)["learner"] == "</script><script>alert(1)</script>"


def test_the_language_is_that_of_the_launch(site, module) -> None:
    assert config_of(opened(site, site.launch(locale="en_US")).text)["language"] == "en"
    assert config_of(opened(site, site.launch(locale="fr")).text)["language"] == "id"


@pytest.mark.parametrize(("role", "words"), [("learner", "Beri tahu pengajar"), ("teacher", "pilih modul lain")])
def test_a_module_that_is_gone_is_explained_to_each_role(site, role: str, words: str) -> None:
    answer = opened(site, site.launch(module="tidak-ada", roles=frozenset({role})))
    assert answer.status_code == 404
    assert words in answer.text
    assert LMS in answer.headers["Content-Security-Policy"]


def test_a_withdrawn_module_is_gone(site, module) -> None:
    site.services.library.withdraw(module)
    assert opened(site, site.launch()).status_code == 404


def test_somebody_without_a_role_gets_nothing(site, module) -> None:
    answer = opened(site, site.launch(roles=frozenset()))
    assert answer.status_code == 403
    assert "jampel-config" not in answer.text


def test_a_teacher_sees_who_learns_here_and_no_token(site, module) -> None:
    launch = site.launch(roles=frozenset({"teacher"}))
    site.services.people.resolve(LMS, "peserta-1", name="Siti Rahmawati", now=site.clock())
    link = Link(
        registration=site.launch().registration, platform=launch.platform.id, deployment="1",
        resource_link="tautan-1", subject="peserta-1", learner=True,
    )  # fmt: skip
    site.services.lti.launches.save("1" * 32, "LtiResourceLinkRequest", "learner", link, site.clock())
    page = opened(site, launch).text
    assert "Siti Rahmawati" in page
    assert "Sedang belajar" in page
    assert f"/pustaka/lihat/{module.digest}/" in page
    assert "jampel-config" not in page


@pytest.mark.parametrize(("several", "kind"), [(True, "checkbox"), (False, "radio")])
def test_the_picker_offers_as_many_as_the_platform_takes(site, module, several: bool, kind: str) -> None:
    page = opened(site, site.choosing(several=several), open_picker).text
    assert f'type="{kind}" name="modules" value="pelayanan-publik"' in page
    assert 'action="/lti/deep-link"' in page
    assert 'name="token" value="sekali"' in page
    assert 'name="line_item"' in page


def test_an_empty_library_says_so_to_the_teacher(site) -> None:
    assert "Pustaka masih kosong" in opened(site, site.choosing(), open_picker).text


def test_the_launch_token_opens_the_learners_own_jp(site, module) -> None:
    person = site.employ("Siti Rahmawati")
    nip = site.services.people.employee(person).nip
    statement = site.credit(person, 400)
    token = config_of(opened(site, site.launch(nip_text=nip)).text)["token"]
    browser = site.browser()
    answer = browser.post("/saya/masuk", data={"token": token})
    assert (answer.status_code, answer.location) == (303, "/saya/")
    page = browser.get("/saya/").text
    assert "4 dari 20 JP" in page
    assert "Belum" in page
    detail = browser.get(f"/saya/bukti/{statement}")
    assert (detail.status_code, "Pelatihan Teknis" in detail.text) == (200, True)
    assert browser.get("/saya/transkrip.pdf").data.startswith(b"%PDF")
    assert statement in browser.get("/saya/transkrip.csv").text
    assert browser.get("/saya/transkrip.pdf?segel=ya").mimetype == "application/zip"
    assert browser.get("/saya/transkrip.exe?segel=ya").status_code == 404
    assert browser.get("/saya/transkrip.exe").status_code == 404


def test_nobody_reads_the_jp_of_another(site, module) -> None:
    siti, budi = site.employ("Siti", 1), site.employ("Budi", 2)
    foreign = site.credit(budi, 400)
    token = config_of(opened(site, site.launch(nip_text=site.services.people.employee(siti).nip)).text)["token"]
    browser = site.browser()
    browser.post("/saya/masuk", data={"token": token})
    assert browser.get(f"/saya/bukti/{foreign}").status_code == 404
    assert foreign not in browser.get("/saya/transkrip.csv").text
    assert site.browser().get("/saya/transkrip.csv").status_code == 401


@pytest.mark.parametrize(
    ("headers", "asked"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, True),
        ({"Origin": "https://jahat.example"}, True),
        ({"Origin": "null"}, True),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, False),
    ],
)
def test_another_site_signs_nobody_in_as_its_own_learner_unasked(site, module, headers, asked: bool) -> None:
    person = site.employ("Siti Rahmawati")
    nip = site.services.people.employee(person).nip
    token = config_of(opened(site, site.launch(nip_text=nip)).text)["token"]
    browser = site.browser()
    answer = browser.post("/saya/masuk", data={"token": token}, headers=headers)
    assert (answer.status_code, browser.get("/saya/").status_code) == ((200, 401) if asked else (303, 200))
    assert ("Buka JP Siti Rahmawati?" in answer.text) is asked
    assert ("Set-Cookie" in answer.headers) is not asked
    ours = {"Origin": site.services.settings.base_url}
    confirmed = browser.post("/saya/masuk", data={"token": token}, headers=ours)
    assert confirmed.status_code == 303
    assert browser.post("/saya/masuk", data={"token": token}, headers=headers).status_code == 303, "already theirs"


@pytest.mark.parametrize("token", ["", "salah", "x" * 5000])
def test_without_a_launch_there_is_no_jp_page(site, token: str) -> None:
    browser = site.browser()
    assert browser.post("/saya/masuk", data={"token": token}).status_code == 401
    assert browser.get("/saya/").status_code == 401


def test_a_token_that_is_over_opens_nothing(site, module) -> None:
    token = config_of(opened(site, site.launch()).text)["token"]
    site.clock.advance(hours=9)
    assert site.browser().post("/saya/masuk", data={"token": token}).status_code == 401


def test_a_learner_who_waits_sees_that_their_jp_will_count_later(site, module) -> None:
    token = config_of(opened(site, site.launch()).text)["token"]
    site.count()
    browser = site.browser()
    browser.post("/saya/masuk", data={"token": token})
    assert "belum dicocokkan" in browser.get("/saya/").text


def test_the_players_files_are_kept_for_good_and_nothing_else_is_given(site, module) -> None:
    page = opened(site, site.launch()).text
    address = re.search(r'src="(/static-player/\w+/xapi-id\.js)"', page).group(1)
    browser = site.browser()
    assert "immutable" in browser.get(address).headers["Cache-Control"]
    assert browser.get(address.replace("xapi-id.js", "__init__.py")).status_code == 404
    assert browser.get(address.replace("xapi-id.js", "../course.py")).status_code == 404


@pytest.fixture
def long_module(site):
    return site.services.library.publish(EXAMPLE)[0]


def test_a_long_module_comes_page_by_page(site, long_module) -> None:
    page = opened(site, site.launch(module=long_module.course_id)).text
    course = json.loads(re.search(r'id="jampel-course">(.*?)</script>', page).group(1))
    config = config_of(page)
    later = site.browser().get(config["later"] + "2.js")
    assert len(page) < 12_000
    assert [len(course["pages"]), "html" in course["pages"][0], course["pages"][1][0]] == [10, True, "p-02-asas"]
    assert later.text.startswith(f'Jampel.page("{long_module.digest}",1,{{"html":')
    assert "immutable" in later.headers["Cache-Control"]
    kinds = {name: site.browser().get(address).mimetype for name, address in config["parts"].items()}
    assert kinds == {"lanjut": "text/css", **dict.fromkeys(("soal", "media", "hasil"), "text/javascript")}
    assert "/lanjut" not in page.split('id="jampel-config"')[1].split("</script>", 1)[1]


@pytest.mark.parametrize(("locale", "words"), [("id", "Anda lulus"), ("en", "You passed")])
def test_what_comes_after_the_first_screen_speaks_the_language_of_the_page(site, module, locale, words) -> None:
    parts = config_of(opened(site, site.launch(locale=locale)).text)["parts"]
    assert words in site.browser().get(parts["hasil"]).text


def test_a_page_that_a_module_does_not_have_is_not_found(site, long_module) -> None:
    later = config_of(opened(site, site.launch(module=long_module.course_id)).text)["later"]
    strange = [f"{later}{number}.js" for number in ("0", "1", "11", "-2", "dua")]
    strange.append(later.replace(long_module.digest, "0" * 64) + "2.js")
    assert {site.browser().get(address).status_code for address in strange} == {404}


def test_a_learner_who_comes_back_gets_the_last_state_in_the_page(site, module) -> None:
    launch = site.launch()
    first = config_of(opened(site, launch).text)
    assert first["state"] == ""
    query = {
        "activityId": first["activity"],
        "agent": json.dumps(first["actor"]),
        "registration": first["registration"],
        "stateId": "jampel",
    }
    headers = {"Authorization": f"Bearer {first['token']}", "X-Experience-API-Version": "1.0.3"}
    put = site.browser().put("/xapi/activities/state", query_string=query, json={"state": "J1abc"}, headers=headers)
    assert put.status_code == 204
    assert config_of(opened(site, launch).text)["state"] == "J1abc"


def test_a_credit_is_never_older_than_the_first_launch_give_or_take_a_wrong_clock(site, module) -> None:
    first, old, new = site.clock(), str(uuid.uuid4()), str(uuid.uuid4())
    link = Link(registration=old, platform=site.platform().id, deployment="1", resource_link="tautan-1",
                subject="peserta-1", learner=True)  # fmt: skip
    site.services.lti.launches.save("1" * 32, "LtiResourceLinkRequest", "learner", link, first)
    site.clock.advance(days=40)
    for registration, since in ((old, first), (new, site.clock())):
        token = config_of(opened(site, site.launch(registration=registration)).text)["token"]
        grant = site.services.credentials.authenticate_token(token, site.clock()).grant
        assert grant.since == since - timedelta(days=7)


def test_a_roster_that_cannot_be_read_is_explained_to_the_teacher(site, module) -> None:
    launch = site.launch(roles=frozenset({"teacher"}), nrps_url="https://elsewhere.example/roster")
    page = opened(site, launch).text
    assert "services.foreign_host" in page
    assert "Daftar peserta di LMS tidak terbaca" in page
