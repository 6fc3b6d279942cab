"""The library's pages: searching, reading, downloading, files, and publishing by upload."""

import io
import zipfile

import pytest
from itsdangerous import URLSafeTimedSerializer

from lti_tool.web.preview_pass import LINK_SECONDS, preview_link
from lti_tool.web.testing import PASSWORD, Site, send, write_module
from lti_tool.worker import Work
from scorm_packager.errors import PackagerError
from scorm_packager.formats.registry import format_names

#: Pages whose SQL other tests ask on both databases.
ONE_DATABASE = pytest.mark.parametrize("place", ["sqlite"], indirect=True)


def zip_of(folder) -> io.BytesIO:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, path.relative_to(folder))
    body.seek(0)
    return body


def test_modules_are_listed_and_found(site, tmp_path) -> None:
    site.publish(tmp_path / "satu")
    site.publish(tmp_path / "dua", id='"hasil-laut"', judul='"Hasil laut"')
    browser = site.staff("auditor")
    assert all(title in browser.get("/pustaka/").text for title in ("Pelayanan publik", "Hasil laut"))
    found = browser.get("/pustaka/?cari=LAUT").text
    assert "Hasil laut" in found
    assert "Pelayanan publik" not in found
    assert "Tidak ada yang cocok" in browser.get("/pustaka/?cari=xyz").text


def test_a_list_sorts_and_ignores_unknown_orders(site, tmp_path) -> None:
    site.publish(tmp_path / "satu")
    site.publish(tmp_path / "dua", id='"hasil-laut"', judul='"Hasil laut"', jp="2.0")
    browser = site.staff("auditor")
    up, down = browser.get("/pustaka/?urut=jp").text, browser.get("/pustaka/?urut=-jp").text
    assert up.index("Pelayanan publik") < up.index("Hasil laut")
    assert down.index("Hasil laut") < down.index("Pelayanan publik")
    assert 'aria-sort="descending"' in down
    assert browser.get("/pustaka/?urut=__class__&hal=-5").status_code == 200
    assert browser.get("/pustaka/?hal=abc").status_code == 200


def test_a_module_page_says_what_is_in_it(site, tmp_path) -> None:
    module = site.publish(tmp_path / "modul")
    page = site.staff("auditor").get(f"/pustaka/modul/{module.digest}").text
    assert all(words in page for words in ("Pelayanan publik", "Pembuka", "E-learning", "CC-BY-4.0"))


def test_a_preview_records_nothing(site, tmp_path) -> None:
    module = site.publish(tmp_path / "modul")
    answer = site.staff("auditor").get(f"/pustaka/lihat/{module.digest}/")
    assert '"transport":"web"' in answer.text
    assert "token" not in answer.text
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("form", ["scorm12", "web"])
def test_a_package_is_downloaded(site, tmp_path, form: str) -> None:
    module = site.publish(tmp_path / "modul")
    answer = site.staff("author").get(f"/pustaka/unduh/{module.digest}/{form}")
    assert answer.mimetype == "application/zip"
    assert f"pelayanan-publik-1.0.0-{form}.zip" in answer.headers["Content-Disposition"]
    assert site.services.house.usage.downloads(module.digest) == {form: 1}
    assert zipfile.is_zipfile(io.BytesIO(answer.data))
    answer.close()


@ONE_DATABASE
@pytest.mark.parametrize("who", ["a stranger", "a learner"])
def test_whoever_is_no_staff_sees_no_module_and_gets_no_package(site, tmp_path, who: str) -> None:
    module = site.publish(tmp_path / "modul")
    browser = site.browser()
    if who == "a learner":
        with browser.session_transaction() as session:
            session["learner"] = site.accounts.start_session("learner", site.employ("Rina"))
        assert browser.get("/saya/").status_code == 200
    packages = (f"/pustaka/unduh/{module.digest}/{form}" for form in format_names())
    pages = [f"/pustaka/{part}" for part in ("", f"modul/{module.digest}", f"lihat/{module.digest}/")]
    for address in (*pages, f"/pustaka/modul/{module.digest}/unduh", *packages):
        answer = browser.get(address)
        assert (answer.status_code, answer.location.split("?")[0]) == (302, "/masuk")
    assert site.services.house.usage.downloads(module.digest) == {}


@ONE_DATABASE
def test_a_signed_link_opens_the_preview_of_its_module_for_two_hours(site, tmp_path) -> None:
    one = site.publish(tmp_path / "satu")
    other = site.publish(tmp_path / "dua", id='"hasil-laut"', judul='"Hasil laut"')
    with site.app.test_request_context():
        link = preview_link(one.digest)
        fields = URLSafeTimedSerializer(site.app.secret_key, salt="library-preview")
        assert fields.loads(link.split("izin=")[1], max_age=LINK_SECONDS) == one.digest
    assert site.browser().get(link).status_code == 200
    assert site.browser().get(link + "x").status_code == 302
    assert site.browser().get(link.replace(one.digest, other.digest)).status_code == 302


@ONE_DATABASE
def test_a_link_to_a_preview_that_is_too_old_opens_nothing(site, tmp_path, monkeypatch) -> None:
    module = site.publish(tmp_path / "modul")
    with site.app.test_request_context():
        link = preview_link(module.digest)
    monkeypatch.setattr("lti_tool.web.preview_pass.LINK_SECONDS", -1)
    assert site.browser().get(link).status_code == 302


@ONE_DATABASE
def test_the_page_of_downloads_has_every_format_with_advice(site, tmp_path) -> None:
    module = site.publish(tmp_path / "modul")
    page = site.staff("auditor").get(f"/pustaka/modul/{module.digest}/unduh").text
    assert all(f"/pustaka/unduh/{module.digest}/{form}" in page for form in format_names())
    assert "Pilih ini bila ragu" in page


@ONE_DATABASE
def test_a_large_package_is_built_in_the_background_and_awaited(site, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("lti_tool.package_desk.AT_ONCE", 0)
    module, browser = site.publish(tmp_path / "modul"), site.staff("author")
    address = f"/pustaka/unduh/{module.digest}/scorm12"
    for _again in range(2):
        assert browser.get(address).location == f"/pustaka/modul/{module.digest}/unduh"
    page = browser.get(f"/pustaka/modul/{module.digest}/unduh").text
    assert "Sedang dibuat" in page
    assert '<noscript><meta http-equiv="refresh"' in page
    work = Work(site.services)
    assert (work.build_once(), work.build_once()) == (1, 0)
    answer = browser.get(address)
    assert answer.mimetype == "application/zip"
    answer.close()


@ONE_DATABASE
def test_a_worker_that_ends_at_once_leaves_nobody_waiting(site, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("lti_tool.package_desk.AT_ONCE", 0)
    module, desk, work = site.publish(tmp_path / "modul"), site.services.packages, Work(site.services)
    put = site.services.queue.put

    def put_and_work(*arguments, **named) -> None:
        put(*arguments, **named)
        monkeypatch.setattr("lti_tool.library.load_course", refuse)
        assert work.build_once() == 1

    def refuse(_folder) -> None:
        raise PackagerError("library.broken", path="x")

    monkeypatch.setattr(site.services.queue, "put", put_and_work)
    assert desk.get(module.digest, "scorm12") is None
    assert desk.state(module.digest, "scorm12") == "failed"


def test_the_use_of_a_module_is_numbers_and_places_without_names(site, tmp_path) -> None:
    module = site.publish(tmp_path / "modul")
    site.enrol("peserta-1", best=9000)
    site.enrol("peserta-2")
    page = site.staff("author").get(f"/pustaka/modul/{module.digest}/pemakaian").text
    assert "Kursus contoh" in page
    assert "LMS contoh" in page
    assert "peserta-1" not in page


@ONE_DATABASE
def test_a_drawing_is_served_so_that_it_can_do_nothing(site, tmp_path) -> None:
    module = site.publish(tmp_path / "modul")
    answer = site.browser().get(f"/pustaka/isi/{module.digest}/aset/gambar/loket.svg")
    assert answer.mimetype == "image/svg+xml"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "script" not in answer.headers["Content-Security-Policy"]
    assert "immutable" in answer.headers["Cache-Control"]
    answer.close()


@pytest.mark.parametrize(
    "path", ["", "course.json", "../../house.db", "aset/../course.json", "aset/tidak-ada.svg", "aset/", "aset/x.html"]
)
@ONE_DATABASE
def test_nothing_else_is_served(site, tmp_path, path: str) -> None:
    module = site.publish(tmp_path / "modul")
    assert site.browser().get(f"/pustaka/isi/{module.digest}/{path}").status_code == 404
    assert site.browser().get(f"/pustaka/isi/{'0' * 64}/{path}").status_code == 404


def uploaded(site, author, folder):
    """The page of an upload once the worker has been there."""
    answer = send(author, "/pustaka/unggah", "/pustaka/unggah", modul=(zip_of(folder), "modul-saya.zip"))
    assert answer.status_code == 303, answer.text
    assert Work(site.services).build_once() == 1
    return author.get(answer.location)


def test_an_upload_becomes_a_draft_and_then_a_version(site, tmp_path) -> None:
    author = site.staff("author")
    page = uploaded(site, author, write_module(tmp_path / "modul"))
    assert "Draf siap" in page.text
    (draft,) = site.services.library.versions()
    address = f"/pustaka/modul/{draft.digest}"
    assert address in page.text
    auditor = site.staff("auditor")
    assert "Pelayanan publik" not in auditor.get("/pustaka/").text
    assert send(author, address, f"{address}/terbit", catatan="  Contoh\n baru ").status_code == 303
    assert "Contoh baru" in auditor.get(address).text
    assert "Pelayanan publik" in auditor.get("/pustaka/").text
    actions = [line.action for line in site.services.house.log.last()]
    assert actions == ["module.publish", "login", "module.upload", "login"]


@ONE_DATABASE
def test_a_draft_is_nothing_for_those_who_do_not_publish(site, tmp_path) -> None:
    draft = site.services.library.draft(write_module(tmp_path / "modul")).module
    auditor = site.staff("auditor")
    for address in ("modul/{}", "lihat/{}/", "unduh/{}/scorm12", "modul/{}/unduh"):
        assert auditor.get(f"/pustaka/{address.format(draft.digest)}").status_code == 404
    author = site.staff("author")
    assert author.get(f"/pustaka/lihat/{draft.digest}/").status_code == 200
    address = f"/pustaka/modul/{draft.digest}"
    assert send(author, address, f"{address}/tarik").status_code == 404
    assert send(author, address, f"{address}/buang").status_code == 303
    assert author.get(address).status_code == 404


@ONE_DATABASE
def test_the_page_of_an_upload_follows_it_with_and_without_a_script(site, tmp_path) -> None:
    author = site.staff("author")
    body = zip_of(write_module(tmp_path / "modul"))
    address = send(author, "/pustaka/unggah", "/pustaka/unggah", modul=(body, "modul.zip")).location
    page = author.get(address).text
    assert '<noscript><meta http-equiv="refresh"' in page
    assert "Menunggu giliran" in page
    said = author.get(f"{address}.json").json
    words = {"words": "Menunggu giliran", "document": "", "elapsed": "baru mulai"}
    assert said == {"state": "waiting", "done": 0, "whole": 4, "share": 0, "ended": False, **words}
    Work(site.services).build_once()
    assert author.get(f"{address}.json").json["ended"]
    assert "http-equiv" not in author.get(address).text


@ONE_DATABASE
def test_whoever_comes_back_to_the_library_sees_how_far_their_upload_is_and_what_became_of_it(site, tmp_path) -> None:
    author, other = site.staff("author"), site.staff("admin")
    folder = write_module(tmp_path / "modul")
    address = send(author, "/pustaka/unggah", "/pustaka/unggah", modul=(zip_of(folder), "arsip.zip")).location
    build = site.services.house.builds.get(address.rpartition("/")[2])
    site.services.house.builds.step(build.id, "checking", site.clock())
    site.clock.advance(minutes=3)
    for page in ("/pustaka/", "/pustaka/unggah", address):
        shown = author.get(page).text
        assert '<li aria-current="step">Memeriksa halaman, soal, dan dokumen</li>' in shown
        assert "berjalan 3 menit" in shown
        assert '<noscript><meta http-equiv="refresh"' in shown
    assert "arsip.zip" not in other.get("/pustaka/").text
    Work(site.services).build_once()
    (draft,) = site.services.library.versions()
    assert f'<a href="/pustaka/modul/{draft.digest}">Lihat dan terbitkan arsip.zip</a>' in author.get("/pustaka/").text
    send(author, f"/pustaka/modul/{draft.digest}", f"/pustaka/modul/{draft.digest}/terbit")
    assert "arsip.zip" not in author.get("/pustaka/").text


@ONE_DATABASE
def test_a_restart_of_the_server_loses_neither_an_upload_nor_the_sight_of_it(site, tmp_path) -> None:
    author = site.staff("author")
    folder = write_module(tmp_path / "modul", bentuk='"tidak-ada"')
    send(author, "/pustaka/unggah", "/pustaka/unggah", modul=(zip_of(folder), "arsip.zip"))
    again = Site(site.data)
    browser = again.browser()
    send(browser, "/masuk", "/masuk", username="author", password=PASSWORD)
    assert "Menunggu giliran" in browser.get("/pustaka/").text
    assert 'type="file"' not in browser.get("/pustaka/unggah").text  # a second one would be refused
    assert Work(again.services).build_once() == 1
    assert "Lihat yang perlu diperbaiki di arsip.zip" in browser.get("/pustaka/").text
    again.clock.advance(hours=25)
    send(browser, "/masuk", "/masuk", username="author", password=PASSWORD)
    assert "arsip.zip" not in browser.get("/pustaka/").text
    again.close()


@ONE_DATABASE
def test_uploads_of_others_are_for_administrators(site, tmp_path) -> None:
    author = site.staff("author")
    body = zip_of(write_module(tmp_path / "modul"))
    address = send(author, "/pustaka/unggah", "/pustaka/unggah", modul=(body, "modul.zip")).location
    site.accounts.create("lain", "Penulis lain", "author", PASSWORD)
    other = site.browser()
    send(other, "/masuk", "/masuk", username="lain", password=PASSWORD)
    assert other.get(address).status_code == 404
    assert site.staff("admin").get(address).status_code == 200
    assert author.get("/pustaka/unggahan/../x").status_code == 404


@ONE_DATABASE
def test_an_author_uploads_one_module_at_a_time(site, tmp_path) -> None:
    author = site.staff("author")
    folder = write_module(tmp_path / "modul")
    send(author, "/pustaka/unggah", "/pustaka/unggah", modul=(zip_of(folder), "satu.zip"))
    answer = send(author, "/pustaka/unggah", "/pustaka/unggah", modul=(zip_of(folder), "dua.zip"))
    assert answer.status_code == 409
    assert "error:" not in answer.text
    assert len(list((site.data / "uploads").iterdir())) == 1


@ONE_DATABASE
def test_a_broken_module_lists_file_and_line_and_changes_nothing(site, tmp_path) -> None:
    folder = write_module(tmp_path / "modul", bentuk='"<b>tidak-ada"')
    (folder / "gambar" / "loket.svg").unlink()
    page = uploaded(site, site.staff("author"), folder)
    assert "modul.toml:" in page.text
    assert page.text.count("isi/01-pembuka.md:") == 1  # its own column says where
    assert "<code>&lt;b&gt;tidak-ada</code>" in page.text
    assert "error:" not in page.text
    assert site.services.library.versions() == []


@pytest.mark.parametrize("body", [b"", b"bukan zip", b"PK\x03\x04rusak"])
@ONE_DATABASE
def test_what_is_no_zip_is_refused(site, body: bytes) -> None:
    author = site.staff("author")
    answer = send(author, "/pustaka/unggah", "/pustaka/unggah", modul=(io.BytesIO(body), "modul-saya.zip"))
    assert answer.status_code == 422
    assert "error:" not in answer.text
    assert "modul-saya.zip" in answer.text  # the name that its author knows


@ONE_DATABASE
def test_a_climbing_zip_is_refused(site) -> None:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        archive.writestr("../jahat.txt", "x")
    body.seek(0)
    answer = send(site.staff("author"), "/pustaka/unggah", "/pustaka/unggah", modul=(body, "modul.zip"))
    assert answer.status_code == 422


@ONE_DATABASE
def test_a_form_without_a_file_asks_for_one(site) -> None:
    answer = send(site.staff("author"), "/pustaka/unggah", "/pustaka/unggah")
    assert (answer.status_code, "Pilih berkas zip" in answer.text) == (422, True)


@ONE_DATABASE
def test_a_stranger_cannot_even_send_a_large_file(site) -> None:
    answer = site.browser().post("/pustaka/unggah", data={"modul": (io.BytesIO(b"0" * 9_000_000), "besar.zip")})
    assert answer.status_code == 413


def test_withdrawing_is_for_those_who_publish(site, tmp_path) -> None:
    module = site.publish(tmp_path / "modul")
    author = site.staff("author")
    address = f"/pustaka/modul/{module.digest}"
    assert send(author, address, f"{address}/tarik").status_code == 303
    assert site.services.library.list() == []
    auditor = site.staff("auditor")
    assert "Pelayanan publik" not in auditor.get("/pustaka/").text
    assert send(author, address, f"{address}/tarik").status_code == 303
    assert len(site.services.library.list()) == 1
    assert send(auditor, "/", f"{address}/tarik").status_code == 403


@ONE_DATABASE
def test_every_page_of_the_library_lies_behind_its_door(site, tmp_path) -> None:
    module, author = site.publish(tmp_path / "modul"), site.staff("author")
    pages = ("/pustaka/", "/pustaka/unggah", f"/pustaka/modul/{module.digest}/pemakaian")
    assert all('<a href="/pustaka/" aria-current="page">' in author.get(page).text for page in pages)
    assert '<a href="/pustaka/" aria-current="page">' not in author.get("/").text


@ONE_DATABASE
def test_the_form_tells_how_much_was_sent_and_works_without_that(site) -> None:
    page = site.staff("author").get("/pustaka/unggah").text
    assert "/static/upload.js" in page
    assert '<form method="post" action="/pustaka/unggah" enctype="multipart/form-data"' in page
    assert '<div id="kirim" hidden' in page
