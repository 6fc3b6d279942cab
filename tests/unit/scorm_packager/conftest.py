"""A small module folder that each test may spoil in its own way."""

import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from scorm_packager.course import Question
from scorm_packager.findings import Finding, Findings
from scorm_packager.source.banks.read import read_bank
from scorm_packager.source.banks.write import names_for, question_block
from scorm_packager.source.markdown import Context, Renderer
from scorm_packager.source.media import Media
from scorm_packager.source.module import check_module
from scorm_packager.source.questions import QuestionReader

SETTINGS = """id = "coba-satu"
judul = "Coba & <satu>"
versi = "1.0.0"
jp = 0.05
bentuk = "e-learning"
kelulusan = 70
instansi = "BKPSDM Kota Contoh"
"""
QUESTION = """::: soal pilihan #q1
Berapa satu tambah satu?

- [ ] satu
- [x] dua
:::
"""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>\n'


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", len(content) + 8, kind) + content


def film(seconds: int = 30, *, fast: bool = True) -> bytes:
    """An MP4 with a movie header and nothing to see."""
    movie = box(b"moov", box(b"mvhd", struct.pack(">IIIII", 0, 0, 0, 1000, seconds * 1000)))
    data = box(b"mdat", b"\0" * 32)
    return box(b"ftyp", b"isom\0\0\0\0isom") + (movie + data if fast else data + movie)


@pytest.fixture
def make_film() -> Callable[..., bytes]:
    return film


def sound(seconds: int = 3, kind: str = "wav") -> bytes:
    """A silent WAV or MP3 file."""
    if kind == "mp3":
        return (bytes.fromhex("fffb9064") + b"\0" * 413) * round(seconds * 44100 / 1152)
    data = b"\0\0" * 8000 * seconds
    head = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, 8000, 16000, 2, 16)
    body = b"WAVE" + head + struct.pack("<4sI", b"data", len(data)) + data
    return struct.pack("<4sI", b"RIFF", len(body)) + body


@pytest.fixture
def make_sound() -> Callable[..., bytes]:
    return sound


@pytest.fixture
def module_folder(tmp_path: Path) -> Path:
    """A module with two pages, a picture, a video and a question; it reads without a finding."""
    folder = tmp_path / "modul"
    for name in ("isi", "gambar", "video"):
        (folder / name).mkdir(parents=True)
    (folder / "modul.toml").write_text(SETTINGS, encoding="utf-8")
    (folder / "isi" / "01-awal.md").write_text(
        "# Awal\n\nHalo, lihat [lanjutan](02-lanjut.md).\n\n![Peta](gambar/peta.svg)\n\n![Film](video/film.mp4)\n",
        encoding="utf-8",
    )
    (folder / "isi" / "02-lanjut.md").write_text(f"# Lanjut\n\n{'kata ' * 300}\n\n{QUESTION}", encoding="utf-8")
    (folder / "gambar" / "peta.svg").write_text(SVG, encoding="utf-8")
    (folder / "video" / "film.mp4").write_bytes(film())
    (folder / "video" / "film.vtt").write_text("WEBVTT\n\n00:00.000 --> 00:20.000\nHalo\n", encoding="utf-8")
    (folder / "video" / "film.md").write_text("# Transkrip\n\nHalo.\n", encoding="utf-8")
    return folder


@pytest.fixture
def found() -> Callable[[Path], list[Finding]]:
    """Everything there is to say about a module folder."""

    def read(folder: Path) -> list[Finding]:
        findings = Findings()
        check_module(folder, findings)
        return findings.all()

    return read


class NoFiles:
    """A module folder with nothing in it."""

    def exists(self, path: str) -> bool:
        return False


def bank_questions(path: Path, *, strict: bool = True) -> tuple[list[Question], list[Finding]]:
    """What the bank at `path` becomes, by way of our Markdown, with everything that was noted.

    `strict` claims that each question which was read is one that a module takes.
    """
    findings = Findings()
    drafts = read_bank(path, path.name, findings)
    media = Media(NoFiles(), findings)  # type: ignore[arg-type]
    renderer = Renderer(Context(path.name, "id", findings, media, {}))
    questions = []
    for draft, id in zip(drafts, names_for(drafts, "b"), strict=True):
        header, body = question_block(draft, id)
        questions.append(QuestionReader(path.name, draft.line, findings, renderer).read(header, body))
    assert not strict or None not in questions, findings.all()
    assert None not in questions or findings.errors
    assert all(found.sentence() for found in findings.all())
    return [question for question in questions if question], findings.all()


@pytest.fixture(scope="session")
def questions_of() -> Callable[..., tuple[list[Question], list[Finding]]]:
    """`questions_of(path)` are the questions of a bank, and what was noted about it."""
    return bank_questions


@pytest.fixture
def read_bank_text(tmp_path: Path) -> Callable[..., tuple[list[Question], list[Finding]]]:
    """`read_bank_text(text, "bank.gift")` are the questions of a bank with that content, and all that was noted."""

    def read(text: str | bytes, name: str) -> tuple[list[Question], list[Finding]]:
        path = tmp_path / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return bank_questions(path)

    return read


@pytest.fixture
def only_question(
    read_bank_text: Callable[..., tuple[list[Question], list[Finding]]],
) -> Callable[[str, str], Question]:
    """`only_question(text, "bank.gift")` is the one question of a bank that has nothing to say about it."""

    def read(text: str, name: str) -> Question:
        questions, findings = read_bank_text(text, name)
        assert findings == []
        assert len(questions) == 1
        return questions[0]

    return read
