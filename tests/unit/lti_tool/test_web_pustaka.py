"""The library's pages: searching, reading, downloading, files, and publishing by upload."""

import io
import zipfile

import pytest

from lti_tool.web.testing import send, write_module


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
    browser = site.browser()
    assert all(title in browser.get("/pustaka/").text for title in ("Pelayanan publik", "Hasil laut"))
    found = browser.get("/pustaka/?cari=LAUT").text
    assert "Hasil laut" in found
    assert "Pelayanan publik" not in found
    assert "Tidak ada modul yang cocok" in browser.get("/pustaka/?cari=xyz").text


def test_a_list_sorts_and_ignores_unknown_orders(site, tmp_path) -> None:
    site.publish(tmp_path / "satu")
    site.publish(tmp_path / "dua", id='"hasil-laut"', judul='"Hasil laut"', jp="2.0")
    browser = site.browser()
    up, down = browser.get("/pustaka/?urut=jp").text, browser.get("/pustaka/?urut=-jp").text
    assert up.index("Pelayanan publik") < up.index("Hasil laut")
    assert down.index("Hasil laut") < down.index("Pelayanan publik")
    assert 'aria-sort="descending"' in down
    assert browser.get("/pustaka/?urut=__class__&hal=-5").status_code == 200
    assert browser.get("/pustaka/?hal=abc").status_code == 200


def test_a_module_page_says_what_is_in_it(site, tmp_path) -> None:
    module = site.publish(tmp_path / "modul")
    page = site.browser().get(f"/pustaka/modul/{module.digest}").text
    assert all(words in page for words in ("Pelayanan publik", "Pembuka", "E-learning", "CC-BY-4.0"))


def test_a_preview_records_nothing(site, tmp_path) -> None:
    module = site.publish(tmp_path / "modul")
    answer = site.browser().get(f"/pustaka/lihat/{module.digest}/")
    assert '"transport":"web"' in answer.text
    assert "token" not in answer.text
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("form", ["scorm12", "web"])
def test_a_package_is_downloaded(site, tmp_path, form: str) -> None:
    module = site.publish(tmp_path / "modul")
    answer = site.browser().get(f"/pustaka/unduh/{module.digest}/{form}")
    assert answer.mimetype == "application/zip"
    assert f"pelayanan-publik-1.0.0-{form}.zip" in answer.headers["Content-Disposition"]
    assert zipfile.is_zipfile(io.BytesIO(answer.data))
    answer.close()


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
def test_nothing_else_is_served(site, tmp_path, path: str) -> None:
    module = site.publish(tmp_path / "modul")
    assert site.browser().get(f"/pustaka/isi/{module.digest}/{path}").status_code == 404
    assert site.browser().get(f"/pustaka/isi/{'0' * 64}/{path}").status_code == 404


def test_an_author_publishes_a_zip(site, tmp_path) -> None:
    author = site.staff("author")
    body = zip_of(write_module(tmp_path / "modul"))
    answer = send(author, "/pustaka/unggah", "/pustaka/unggah", modul=(body, "modul.zip"))
    assert answer.status_code == 303
    assert "Pelayanan publik" in author.get(answer.location).text
    assert [line.action for line in site.services.house.log.last()] == ["module.publish", "login"]


def test_a_broken_module_lists_file_and_line_and_changes_nothing(site, tmp_path) -> None:
    author = site.staff("author")
    folder = write_module(tmp_path / "modul", bentuk='"tidak-ada"')
    (folder / "gambar" / "loket.svg").unlink()
    answer = send(author, "/pustaka/unggah", "/pustaka/unggah", modul=(zip_of(folder), "modul.zip"))
    assert answer.status_code == 422
    assert "modul.toml:" in answer.text
    assert "isi/01-pembuka.md:" in answer.text
    assert site.services.library.versions() == []


@pytest.mark.parametrize("body", [b"", b"bukan zip", b"PK\x03\x04rusak"])
def test_what_is_no_zip_is_refused(site, body: bytes) -> None:
    author = site.staff("author")
    answer = send(author, "/pustaka/unggah", "/pustaka/unggah", modul=(io.BytesIO(body), "modul.zip"))
    assert answer.status_code == 422
    assert "error:" not in answer.text


def test_a_climbing_zip_is_refused(site) -> None:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        archive.writestr("../jahat.txt", "x")
    body.seek(0)
    answer = send(site.staff("author"), "/pustaka/unggah", "/pustaka/unggah", modul=(body, "modul.zip"))
    assert answer.status_code == 422


def test_a_form_without_a_file_asks_for_one(site) -> None:
    answer = send(site.staff("author"), "/pustaka/unggah", "/pustaka/unggah")
    assert (answer.status_code, "Pilih berkas zip" in answer.text) == (422, True)


def test_a_stranger_cannot_even_send_a_large_file(site) -> None:
    answer = site.browser().post("/pustaka/unggah", data={"modul": (io.BytesIO(b"0" * 9_000_000), "besar.zip")})
    assert answer.status_code == 413


def test_withdrawing_is_for_those_who_publish(site, tmp_path) -> None:
    module = site.publish(tmp_path / "modul")
    author = site.staff("author")
    address = f"/pustaka/modul/{module.digest}"
    assert send(author, address, f"{address}/tarik").status_code == 303
    assert site.services.library.list() == []
    assert "Pelayanan publik" not in site.browser().get("/pustaka/").text
    assert send(author, address, f"{address}/tarik").status_code == 303
    assert len(site.services.library.list()) == 1
    auditor = site.staff("auditor")
    assert send(auditor, "/", f"{address}/tarik").status_code == 403
