"""The preview: what a save changes is seen, faults stand beside the last good version, and nothing is recorded."""

import os
import threading
import urllib.request
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from scorm_packager.errors import PackagerError
from scorm_packager.preview.desk import Desk
from scorm_packager.preview.web import create_app
from scorm_packager.preview.web.serve import HOST, serving


@pytest.fixture
def desk(module_folder: Path) -> Desk:
    desk = Desk(module_folder)
    desk.look()
    return desk


@pytest.fixture
def client(desk: Desk) -> FlaskClient:
    return create_app(desk, "id").test_client()


def change(folder: Path, text: str) -> None:
    """Writes a page, with a time of its own also where the disk's clock is coarse."""
    path = folder / "isi" / "02-lanjut.md"
    path.write_text(text, encoding="utf-8")
    later = path.stat().st_mtime_ns + 10_000_000
    os.utime(path, ns=(later, later))


def page(client: FlaskClient) -> str:
    return client.get("/").get_data(as_text=True)


def test_the_module_is_shown_with_the_previews_script_behind_the_player(client: FlaskClient) -> None:
    html = page(client)
    assert html.index("player/player.js") < html.index("/pratinjau/preview.js")
    assert 'data-version="1"' in html
    for path in ("player/player.js", "player/player.css", "pratinjau/preview.js", "pratinjau/preview.css"):
        assert client.get(f"/{path}").status_code == 200
    assert client.get("/aset/gambar/peta.svg").content_type.startswith("image/svg+xml")


def test_a_film_can_be_read_from_its_middle(client: FlaskClient) -> None:
    answer = client.get("/aset/video/film.mp4", headers={"Range": "bytes=4-7"})
    assert (answer.status_code, answer.data) == (206, b"ftyp")


def test_a_save_makes_a_new_version(module_folder: Path, desk: Desk, client: FlaskClient) -> None:
    assert not desk.look()
    change(module_folder, "# Baru\n\nIsi baru.\n\n::: soal benar-salah #q1\nYa?\n= benar\n:::\n")
    assert desk.look()
    assert client.get("/pratinjau/keadaan").json["version"] == 2  # type: ignore[index]
    assert "Isi baru." in page(client)


def test_a_fault_is_shown_with_its_line_and_the_last_good_version_stays(
    module_folder: Path, desk: Desk, client: FlaskClient
) -> None:
    before = page(client)
    change(module_folder, "# Baru\n\n![](gambar/peta.svg)\n")
    desk.look()
    state = client.get("/pratinjau/keadaan").json
    assert state is not None
    assert (state["version"], state["stale"]) == (1, True)
    assert any(text.startswith("isi/02-lanjut.md:3:") for text in state["errors"])
    assert page(client) == before


def test_a_folder_without_a_good_version_says_what_is_wrong(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.look()
    client = create_app(desk, "en").test_client()
    assert "The module cannot be shown yet" in page(client)
    assert any("modul.toml" in text for text in client.get("/pratinjau/keadaan").json["errors"])  # type: ignore[index]


def test_a_folder_that_goes_away_is_a_fault_and_no_end(module_folder: Path, desk: Desk, tmp_path: Path) -> None:
    module_folder.rename(tmp_path / "pindah")
    desk.look()
    assert desk.view.stale
    assert [finding.code for finding in desk.view.findings] == ["module.no_folder"]
    (tmp_path / "pindah").rename(module_folder)
    desk.look()
    assert (desk.view.version, desk.view.stale) == (2, False)


@pytest.mark.parametrize(
    "path", ["index.html", "modul.toml", "isi/01-awal.md", "pratinjau/desk.py", "aset/../modul.toml"]
)
def test_only_what_a_package_would_hold_is_served(client: FlaskClient, path: str) -> None:
    assert client.get(f"/{path}").status_code == 404


def test_a_name_of_another_site_that_points_here_is_refused(client: FlaskClient) -> None:
    assert client.get("/", headers={"Host": "jahat.example:8010"}).status_code == 403


def test_the_preview_serves_this_computer_until_its_end_and_leaves_no_thread(desk: Desk) -> None:
    before = threading.active_count()
    with serving(create_app(desk, "id"), desk, 0) as port:
        with urllib.request.urlopen(f"http://{HOST}:{port}/pratinjau/keadaan") as answer:
            assert answer.status == 200
        with pytest.raises(PackagerError, match=r"preview\.port_taken"), serving(create_app(desk, "id"), desk, port):
            pass
    assert threading.active_count() == before


def test_no_page_of_another_site_may_load_what_the_preview_serves(client: FlaskClient) -> None:
    assert client.get("/player/player.js").headers["Cross-Origin-Resource-Policy"] == "same-origin"
