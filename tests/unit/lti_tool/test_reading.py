"""How far the documents of a build are: told on the page of the upload, also after a reload, and on a terminal."""

import io
import json
from datetime import timedelta
from pathlib import Path

import pytest
from rich.console import Console

from lti_tool.cli import reading
from lti_tool.upload_reading import ReadingNote, read_note
from lti_tool.web.testing import START, FixedClock, write_module
from lti_tool.worker import Work
from tests.unit.lti_tool.test_uploads import receive

ONE_DATABASE = pytest.mark.parametrize("place", ["sqlite"], indirect=True)


@ONE_DATABASE
def test_the_page_of_an_upload_tells_which_page_of_which_document_is_read(site, tmp_path, monkeypatch) -> None:
    author, seen = site.staff("author"), []
    (account,) = (one.id for one in site.services.house.accounts.list() if one.role == "author")
    build = receive(site, write_module(tmp_path / "modul"), account)
    page = f"/pustaka/unggahan/{build.id}"

    def reading(_folder: Path, *, hear) -> None:
        hear("isi/panduan.pdf", 20, 80)
        seen.append((author.get(page).text, author.get(f"{page}.json").get_json()))
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("lti_tool.library.read_module", reading)
        with pytest.raises(KeyboardInterrupt):
            Work(site.services).build_once()
    ((html, told),) = seen
    assert 'id="dokumen">isi/panduan.pdf: halaman 20 dari 80</p>' in html
    assert '<progress aria-label="Kemajuan" max="4" value="2.25">' in html
    assert (told["document"], told["share"]) == ("isi/panduan.pdf: halaman 20 dari 80", 0.25)
    site.clock.advance(days=1)
    assert Work(site.services).build_once() == 1
    assert list((site.data / "uploads").iterdir()) == []


def test_a_note_is_kept_twice_a_second_at_most_and_the_end_of_a_document_always(tmp_path: Path) -> None:
    clock, place = FixedClock(START), tmp_path / "catatan.json"
    note, kept = ReadingNote(place, clock), []
    for done, whole in ((0, 0), (1, 4), (2, 4), (3, 4), (4, 4)):
        note("a.pdf", done, whole)
        kept.append(json.loads(place.read_bytes())["done"])
        if done == 2:
            clock.now += timedelta(seconds=1)
    assert kept == [0, 0, 0, 3, 4]
    note("b.pdf", 0, 0)
    assert read_note(place).file == "b.pdf"
    assert [path.name for path in tmp_path.iterdir()] == ["catatan.json"]


def test_a_note_that_cannot_be_kept_or_read_is_no_note(tmp_path: Path) -> None:
    ReadingNote(tmp_path / "tidak-ada" / "catatan.json", FixedClock(START))("a.pdf", 1, 2)
    assert read_note(tmp_path / "tidak-ada" / "catatan.json") is None
    (tmp_path / "rusak.json").write_text("{", encoding="utf-8")
    assert read_note(tmp_path / "rusak.json") is None


@pytest.mark.parametrize("terminal", [True, False])
def test_a_terminal_shows_the_page_and_a_file_nothing(monkeypatch, terminal: bool) -> None:
    screen = io.StringIO()
    monkeypatch.setattr(reading, "TALK", Console(file=screen, force_terminal=terminal, width=200))
    with reading.reading("Mengemas …") as hear:
        hear("isi/[red]panduan.pdf", 0, 0)
        hear("isi/[red]panduan.pdf", 20, 80)
    assert ("isi/[red]panduan.pdf: halaman 20 dari 80" in screen.getvalue()) is terminal
