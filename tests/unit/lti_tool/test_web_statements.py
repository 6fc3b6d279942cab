"""The statement browser: it finds, shows and voids, whatever stands in a statement."""

import hashlib
import json
import re
import uuid

import pytest
from sqlalchemy import event

from lti_tool.browse import find as finding
from lti_tool.browse.texts import shown, shown_json
from lti_tool.reviews import Decision, record_review
from lti_tool.web.testing import send
from xapi.testing import encoded
from xapi.vocabulary import ATTENDED, COMPLETED, EXT_VOID_REASON, PASSED, VOIDED

PAGE = "/admin/pernyataan/"
SEARCH = "/admin/pernyataan/cari"
NIP = "198501012099031001"
REGISTRATION = "aa97b177-9383-4934-8543-0f91a7a02837"


@pytest.fixture
def admin(site):
    return site.staff("admin")


def post(site, source: str = "launch", contents=None, **changes) -> str:
    statement = {
        "actor": site.services.people.actor("0" * 32),
        "verb": {"id": COMPLETED},
        "object": {"id": "https://contoh.go.id/modul"},
        **changes,
    }
    principal = site.services.principal(source)
    made = site.services.lrs.post_statements(principal, encoded(statement), contents=contents or {})[0]
    site.clock.advance(minutes=1)
    return made


def ids(page) -> list[str]:
    """The statements in the table, in order."""
    assert page.status_code == 200
    return re.findall(r'<th scope="row"><span><a href="/admin/pernyataan/([0-9a-f-]{36})"', page.text)


def listed(admin, **query) -> list[str]:
    return ids(admin.get(PAGE, query_string=query))


def search(admin, **fields):
    return send(admin, PAGE, SEARCH, **fields)


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_newest_come_first_in_words(site, admin, language: str) -> None:
    person = site.employ("Siti Rahmawati")
    first = site.credit(person, 200)
    second = post(site, verb={"id": PASSED}, result={"score": {"scaled": 0.85}, "success": True, "completion": True})
    page = admin.get(PAGE, query_string={"lang": language})
    assert ids(page) == [second, first]
    assert "Siti Rahmawati" in page.text
    for words in {"id": ["menghadiri", "lulus", "skor 85"], "en": ["attended", "passed", "score 85"]}[language]:
        assert words in page.text


def test_each_filter_narrows(site, admin) -> None:
    one = post(site, "sheet", object={"id": "https://contoh.go.id/a"})
    two = post(
        site,
        verb={"id": ATTENDED},
        context={
            "registration": REGISTRATION,
            "contextActivities": {"parent": [{"id": "https://contoh.go.id/a"}]},
        },
    )
    mail = post(site, actor={"mbox": "mailto:x@example.go.id"})
    assert listed(admin) == [mail, two, one]
    assert listed(admin, verba=ATTENDED) == [two]
    assert listed(admin, kegiatan="https://contoh.go.id/a") == [one]
    assert listed(admin, kegiatan="https://contoh.go.id/a", terkait="1") == [two, one]
    assert listed(admin, registrasi=REGISTRATION.upper()) == [two]
    assert listed(admin, asal="sheet") == [one]
    assert listed(admin, agen='{"mbox":"mailto:x@example.go.id"}') == [mail]
    assert listed(admin, orang="0" * 32) == [two, one]
    assert listed(admin, verba="https://contoh.go.id/tidak-ada") == []


def test_days_are_local_days(site) -> None:
    """The institution's midnight is 17:00 UTC of the day before (Asia/Jakarta)."""
    site.clock.now = site.clock.now.replace(hour=16, minute=59)
    before = post(site)
    after, admin = post(site), site.staff("admin")
    assert listed(admin, dari="2026-11-24") == [after]
    assert listed(admin, sampai="2026-11-23") == [before]
    assert listed(admin, dari="2026-11-23", sampai="2026-11-24") == [after, before]


def test_a_person_is_found_under_every_pseudonym_they_had(site, admin) -> None:
    people = site.services.people
    person = site.employ("Siti Rahmawati")
    waiting = people.resolve("https://lms.example", "u-1", name="Siti", now=site.clock()).person
    old = post(site, actor=people.actor(waiting))
    new = post(site, actor=people.actor(person))
    people.link(waiting, person, now=site.clock())
    assert listed(admin, orang=person) == [new, old]
    assert listed(admin, orang=waiting) == [new, old]


@pytest.mark.parametrize("typed", [NIP, "19850101 209903 1 001", "Rahmawati"])
def test_what_was_typed_of_a_person_never_stands_in_an_address(site, admin, typed: str) -> None:
    person = site.employ("Siti Rahmawati")
    answer = search(admin, orang=typed, verba=COMPLETED)
    assert answer.status_code == 303
    assert person in answer.location
    assert "Rahmawati" not in answer.location
    assert NIP not in answer.location
    assert "Siti Rahmawati" in admin.get(answer.location).text


def test_several_people_of_one_name_are_offered(site, admin) -> None:
    people = {site.employ("Siti Rahmawati", 1), site.employ("Siti Aminah", 2)}
    answer = search(admin, orang="Siti", asal="sheet")
    assert answer.status_code == 200
    assert {person for person in people if f"orang={person}" in answer.text} == people
    assert answer.text.count("asal=sheet&amp;orang=") == 2


@pytest.mark.parametrize("typed", ["Tidak Ada", "198501012099031999"])
def test_an_unknown_person_is_said_and_the_form_stays(admin, typed: str) -> None:
    answer = search(admin, orang=typed, asal="sheet")
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert '<option value="sheet" selected>' in answer.text


@pytest.mark.parametrize(
    "query",
    [
        {"registrasi": "x"}, {"dari": "kemarin"}, {"sampai": "9999-12-31"}, {"asal": "x"}, {"orang": "x"},
        {"agen": "{"}, {"agen": "[]"}, {"agen": '{"name":"x"}'}, {"sebelum": "-1"}, {"sebelum": "1" * 30},
        {"agen": '{"account":{"homePage":"https://x.example","name":1}}'}, {"agen": '{"x":' + "[" * 1900},
    ],
)  # fmt: skip
def test_a_filter_that_means_nothing_is_explained(admin, query: dict) -> None:
    answer = admin.get(PAGE, query_string=query)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text


@pytest.mark.parametrize(("source", "step"), [("", 1), ("sheet", 2)])
def test_pages_follow_each_other_without_a_gap(site, admin, monkeypatch, source: str, step: int) -> None:
    monkeypatch.setattr(finding, "PAGE", 4)
    monkeypatch.setattr(finding, "_BATCH", 3)
    made = [post(site, "launch" if number % 2 else "sheet") for number in range(11)]
    found, address = [], f"{PAGE}?asal={source}"
    while address:
        page = admin.get(address)
        found += ids(page)
        post(site, "sheet")  # what arrives meanwhile moves nothing
        more = re.search(r'rel="next" href="([^"]+)"', page.text)
        address = more.group(1).replace("&amp;", "&") if more else ""
    assert found == made[::step][::-1]


def test_a_rare_source_costs_a_bounded_look_and_the_next_page_goes_on(site, admin, monkeypatch) -> None:
    monkeypatch.setattr(finding, "MOST_LOOKED", 4)
    monkeypatch.setattr(finding, "_BATCH", 2)
    rare = post(site, "sheet")
    for _ in range(6):
        post(site)
    page = admin.get(PAGE, query_string={"asal": "sheet"})
    assert ids(page) == []
    assert 'role="status"' in page.text
    more = re.search(r'rel="next" href="([^"]+)"', page.text).group(1).replace("&amp;", "&")
    assert ids(admin.get(more)) == [rare]


def test_no_page_counts_or_skips_rows(site, admin) -> None:
    for _ in range(3):
        post(site)
    asked: list[str] = []
    engine = next(one.engine for one in site.services.databases if one.name == "lrs")
    event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    for query in ({}, {"asal": "sheet"}, {"keadaan": "batal"}, {"orang": "0" * 32}):
        listed(admin, **query)
    assert not [sql for sql in asked if "OFFSET" in sql.upper() or "COUNT(" in sql.upper()]


def test_one_statement_shows_its_facts_json_and_who_refers_to_it(site, admin) -> None:
    person = site.employ("Siti Rahmawati")
    credit = site.credit(person, 200)
    decision = Decision(statement_id=credit, status="Disetujui", reason="Lengkap", reviewer="x", role="admin")
    review = record_review(site.services, decision)
    page = admin.get(PAGE + credit).text
    for wanted in (credit, "Siti Rahmawati", person, ATTENDED, f"/admin/pernyataan/{review}", "jampel-lms_record"):
        assert wanted in page
    assert f"/audit/orang/{person}/2026/bukti/{credit}" in page
    assert f'href="/admin/pernyataan/{credit}"' in admin.get(PAGE + review).text


def test_a_reference_to_what_is_not_here_is_said(site, admin) -> None:
    missing = str(uuid.uuid4())
    one = post(site, object={"objectType": "StatementRef", "id": missing})
    page = admin.get(PAGE + one)
    assert page.status_code == 200
    assert missing in page.text
    assert admin.get(PAGE + missing).status_code == 404


def test_referring_statements_come_in_pages(site, admin) -> None:
    target = post(site)
    made = [post(site, object={"objectType": "StatementRef", "id": target}) for _ in range(22)]
    first = admin.get(PAGE + target).text
    older = re.search(r'href="([^"]+sebelum=\d+)"', first).group(1)
    second = admin.get(older).text
    assert [one for one in made if one in first] == made[2:]
    assert [one for one in made if one in second] == made[:2]
    assert admin.get(f"{PAGE}{target}?sebelum={'9' * 30}").status_code == 200  # no database counts so far


HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7919}}\u202egnp.exe\u200b\u2066"


def hostile(site) -> str:
    return post(
        site,
        actor={"name": HOSTILE, "account": {"homePage": "javascript:alert(3)", "name": HOSTILE}},
        verb={"id": "javascript:alert(4)", "display": {"en": HOSTILE, "id": HOSTILE}},
        object={
            "id": "javascript:alert(5)",
            "definition": {"name": {"id": HOSTILE}, "moreInfo": "javascript:alert(6)"},
        },
        result={"response": HOSTILE, "duration": "PT1S", "extensions": {"https://x.example/": HOSTILE}},
        context={"platform": HOSTILE, "extensions": {EXT_VOID_REASON: {"x": HOSTILE}}},
        attachments=[
            {
                "usageType": "javascript:alert(7)",
                "display": {"id": HOSTILE},
                "contentType": 'text/html; x="<script>"',
                "length": 10**30,
                "sha2": hashlib.sha256(b"x").hexdigest(),
                "fileUrl": "javascript:alert(8)",
            }
        ],
    )


def test_nothing_in_a_statement_becomes_markup_a_link_or_hidden_text(site, admin) -> None:
    one = hostile(site)
    for address in (PAGE, PAGE + one, f"{PAGE}{one}/batal"):
        page = admin.get(address)
        assert page.status_code == 200
        assert "<script" not in page.text
        assert "<img src=x" not in page.text
        assert "55433" not in re.findall(r"<main.*</main>", page.text, re.S)[0]
        assert not re.search(r'(?:href|src|action)="\s*javascript:', page.text, re.I)
        assert not set("\u202e\u200b\u2066") & set(page.text)
        assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    assert "{{7*7919}}" in admin.get(PAGE + one).text


def test_a_huge_statement_is_shown_in_part_and_downloaded_whole(site, admin) -> None:
    one = post(site, result={"response": "x" * 3_000_000})
    page = admin.get(PAGE + one)
    assert len(page.text) < 200_000
    download = admin.get(f"{PAGE}{one}/pernyataan.json")
    assert json.loads(download.data)["result"]["response"] == "x" * 3_000_000
    assert download.headers["Content-Disposition"].startswith("attachment")
    assert len(admin.get(PAGE).text) < 50_000


def test_numbers_and_nesting_beyond_reason_do_not_break_a_page(site, admin) -> None:
    deep = "[" * 60 + "]" * 60
    body = (
        encoded(
            {
                "actor": site.services.people.actor("0" * 32),
                "verb": {"id": COMPLETED},
                "object": {"id": "https://contoh.go.id/modul"},
                "result": {"score": {"raw": 123456789012345678901234567890, "max": 1}},
            }
        ).replace(b'"max":1', b'"max":1e400,"min":-1')
        + b""
    )
    bodies = [body.replace(b"1e400", b"9" * 60), body.replace(b'"result"', b'"context":{"extensions":{"https://x.example/":'
              + deep.encode() + b'}},"result"').replace(b"1e400", b"2e30")]  # fmt: skip
    for one in bodies:
        site.services.lrs.post_statements(site.services.principal("foreign"), one)
    for one in listed(admin):
        assert admin.get(PAGE + one).status_code == 200


@pytest.mark.parametrize(
    ("text", "is_shown"),
    [
        ("a\u202eb", "a\\u202eb"),
        ("a\nb\tc", "a b c"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\udb40\\udc41"),
        ("x" * 300, "x" * 159 + "…"),
        ("é مرحبا 汉字", "é مرحبا 汉字"),
        ("Z\u0335\u0321\u0322\u0323", "Z\u0335\u0321\\u0322\\u0323"),
    ],
)
def test_a_text_hides_nothing(text: str, is_shown: str) -> None:
    assert shown(text) == is_shown


def test_json_that_is_shown_says_the_same() -> None:
    value = {"a": "x\u202ey\u200b\U000e0041", "b": [1, 2.50]}
    text, whole = shown_json(json.dumps(value, ensure_ascii=False).encode(), 1000)
    assert whole
    assert json.loads(text) == value
    assert text.isascii()


ATTACHED = b"<html><script>alert(1)</script>"
SHA2 = hashlib.sha256(ATTACHED).hexdigest()


def attached(site) -> str:
    attachment = {
        "usageType": "https://contoh.go.id/bukti",
        "display": {"id": "Sertifikat"},
        "contentType": "text/html",
        "length": len(ATTACHED),
        "sha2": SHA2,
    }
    return post(site, "foreign", {SHA2: ATTACHED}, attachments=[attachment])


def test_an_attachment_is_a_file_to_save_and_never_a_page(site, admin) -> None:
    one = attached(site)
    assert "Sertifikat" in admin.get(PAGE + one).text
    answer = admin.get(f"{PAGE}{one}/lampiran/{SHA2}")
    assert answer.data == ATTACHED
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="lampiran-{SHA2[:12]}.bin"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_an_attachment_is_found_only_by_a_statement_that_has_it(site, admin) -> None:
    attached(site)
    other = post(site)
    assert admin.get(f"{PAGE}{other}/lampiran/{SHA2}").status_code == 404
    assert admin.get(f"{PAGE}{other}/lampiran/..%2f..%2fx").status_code == 404


def void(admin, one: str, reason: str = "Salah catat", **fields):
    address = f"{PAGE}{one}/batal"
    return send(admin, PAGE, address, reason=reason, **({"sure": "y"} | fields))


def test_a_void_takes_the_credit_away_and_says_who_and_why(site, admin) -> None:
    person = site.employ("Siti Rahmawati")
    credit = site.credit(person, 200)
    assert "dasar sebuah kredit" in admin.get(f"{PAGE}{credit}/batal").text
    assert void(admin, credit).status_code == 303
    (row,) = site.services.ledger.credits_of(person, 2026)
    assert row["standing"] == 0
    voiding = site.services.references.voiding(site.services.institution.id, uuid.UUID(credit).bytes)
    body = json.loads(site.services.lrs.get_statement(site.services.principal("review"), voiding))
    assert body["context"]["extensions"] == {EXT_VOID_REASON: "Salah catat"}
    assert body["actor"]["account"]["name"] == site.services.house.accounts.list()[0].id
    line = site.services.house.log.last()[0]
    assert (line.action, line.subject, line.detail) == ("statement.void", credit, voiding)
    assert voiding in admin.get(PAGE + credit).text
    assert "Salah catat" in admin.get(PAGE + voiding).text
    assert "Petugas admin" in admin.get(PAGE + voiding).text


def test_voided_statements_are_found_by_the_same_filters(site, admin) -> None:
    one = post(site, "sheet", object={"id": "https://contoh.go.id/a"}, context={"registration": REGISTRATION})
    two = post(site, context={"contextActivities": {"parent": [{"id": "https://contoh.go.id/a"}]}})
    valid = post(site)
    void(admin, one)
    void(admin, two)
    assert one not in listed(admin)
    assert valid in listed(admin)
    gone = {"keadaan": "batal"}
    assert listed(admin, **gone) == [two, one]
    assert listed(admin, **gone, asal="sheet") == [one]
    assert listed(admin, **gone, registrasi=REGISTRATION) == [one]
    assert listed(admin, **gone, kegiatan="https://contoh.go.id/a") == [one]
    assert listed(admin, **gone, kegiatan="https://contoh.go.id/a", terkait="1") == [two, one]
    assert listed(admin, **gone, verba=PASSED) == []
    assert listed(admin, **gone, orang="0" * 32) == [two, one]
    assert listed(admin, **gone, orang="1" * 32) == []
    assert listed(admin, **gone, dari="2026-11-24") == []
    assert listed(admin, **gone, sampai="2026-11-23") == [two, one]


def test_a_voiding_statement_cannot_be_voided(site, admin) -> None:
    one = post(site)
    void(admin, one)
    voiding = site.services.references.voiding(site.services.institution.id, uuid.UUID(one).bytes)
    answer = void(admin, voiding)
    assert (answer.status_code, "browse.voids" in answer.text) == (409, True)
    assert "/batal" not in admin.get(PAGE + voiding).text


def test_what_is_voided_or_unknown_is_not_voided_again(site, admin) -> None:
    one = post(site)
    void(admin, one)
    before = len(site.services.statements.after(site.services.institution.id, 0, 100))
    assert void(admin, one).status_code == 409
    assert void(admin, str(uuid.uuid4())).status_code == 404
    assert len(site.services.statements.after(site.services.institution.id, 0, 100)) == before


@pytest.mark.parametrize(
    "fields",
    [{"reason": ""}, {"reason": " "}, {"reason": "x" * 1001}, {"sure": ""}, {"reason": f"milik {NIP}"}],
)
def test_a_void_without_reason_or_consent_or_with_a_nip_changes_nothing(site, admin, fields: dict) -> None:
    one = post(site)
    answer = void(admin, one, **fields)
    assert answer.status_code == 400
    assert "wrong" in answer.text or 'role="alert"' in answer.text
    assert listed(admin) == [one]
    assert "statement.void" not in [line.action for line in site.services.house.log.last()]


def test_a_void_needs_the_token_of_its_form(site, admin) -> None:
    one = post(site)
    answer = admin.post(f"{PAGE}{one}/batal", data={"reason": "x", "sure": "y"})
    assert answer.status_code == 400
    assert listed(admin) == [one]


@pytest.mark.parametrize("path", ["", "{}", "{}/batal", "{}/pernyataan.json", "{}/lampiran/" + SHA2])
def test_only_admins_see_statements(site, path: str) -> None:
    address = PAGE + path.format(attached(site))
    assert site.staff("auditor").get(address).status_code == 403
    assert site.browser().get(address).status_code == 302


def test_statements_of_another_institution_are_not_there(site, admin) -> None:
    principal = site.services.principal("foreign")
    other = type(principal)("f" * 32, principal.authority, principal.scopes, principal.source)
    body = {"actor": {"mbox": "mailto:a@b.id"}, "verb": {"id": VOIDED}, "object": {"objectType": "StatementRef",
            "id": str(uuid.uuid4())}}  # fmt: skip
    one = site.services.lrs.post_statements(other, encoded(body))[0]
    assert admin.get(PAGE + one).status_code == 404
    assert listed(admin) == []
    assert listed(admin, keadaan="batal") == []
