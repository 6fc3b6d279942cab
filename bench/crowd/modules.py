"""The modules that the learners open: written as an author would, and read from the launch page."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scorm_packager.index_page import read_embedded

TITLES = ("Arsip dinamis", "Layanan loket", "Surat dinas", "Aduan warga", "Data terbuka", "Tata naskah")
PAGES, TEXT_PARAGRAPHS = 4, 8
MASTERY = 60
_SCRIPT = re.compile(rb"^[^(]*\(\"[^\"]*\",(\d+),(.*)\);\s*$", re.DOTALL)
_FILES = re.compile(r'(?:src|href)="([^"#:?]+\.(?:svg|png|jpg|webp))"')
_PARAGRAPH = (
    "Warga datang dengan satu pertanyaan dan pulang dengan tiga. Catat apa yang mereka tanyakan, jawab dengan kalimat"
    " yang pendek, lalu tuliskan jawaban itu di tempat yang dibaca orang sebelum berangkat dari rumah. Bagian {number}"
    " membahas langkah ini dengan contoh dari kantor kecil di sebuah pulau."
)


def write_modules(folder: Path) -> list[Path]:
    """Folders of modules below `folder`, one for each of TITLES: four pages, five questions, a picture on each page."""
    return [_write(folder / f"modul-{number}", f"modul-{number}", title) for number, title in enumerate(TITLES, 1)]


def _write(folder: Path, name: str, title: str) -> Path:
    (folder / "isi").mkdir(parents=True)
    (folder / "gambar").mkdir()
    (folder / "modul.toml").write_text(
        f'id = "{name}"\njudul = "{title}"\nversi = "1.0.0"\njp = 1.0\nbentuk = "e-learning"\nkompetensi = "{title}"\n'
        f'bahasa = "id"\npenulis = ["Tim"]\ninstansi = "Contoh"\nlisensi = "CC-BY-4.0"\ndeskripsi = "{title}."\n'
        f"menit = 45\nkelulusan = {MASTERY}\n",
        encoding="utf-8",
    )
    for number in range(1, PAGES + 1):
        (folder / "isi" / f"0{number}-halaman.md").write_text(_page(number, title), encoding="utf-8")
        (folder / "gambar" / f"{number}.svg").write_text(_picture(number), encoding="utf-8")
    return folder


def _page(number: int, title: str) -> str:
    text = "\n\n".join(_PARAGRAPH.format(number=f"{number}.{part}") for part in range(1, TEXT_PARAGRAPHS + 1))
    questions = _question(f"soal-{number}") + (_question("soal-akhir") if number == PAGES else "")
    return f"# {title}, bagian {number}\n\n{text}\n\n![Bagan](gambar/{number}.svg)\n\n{questions}"


def _question(name: str) -> str:
    return f"::: soal benar-salah #{name}\nStandar pelayanan harus diumumkan kepada warga.\n\n= benar\n:::\n\n"


def _picture(number: int) -> str:
    """Some 20 KB of circles: what a picture on a page weighs."""
    dots = "".join(f'<circle cx="{x * 7 % 400}" cy="{x * number % 300}" r="3" fill="#246"/>' for x in range(400))
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 300">{dots}</svg>\n'


@dataclass(frozen=True)
class Question:
    """A question as the player names it in a statement."""

    id: str
    prompt: str


class Course:
    """A course as it stands in a launch page; its later pages come one by one (`take`)."""

    def __init__(self, page: str) -> None:
        raw: Any = read_embedded(page, "jampel-course")
        self.title, self.language, self.description = raw["title"], raw["language"], raw.get("description", "")
        self.later = bool(raw.get("later"))
        self._pages = [_whole(one) for one in raw["pages"]]
        self._questions: dict[str, Any] = raw["questions"]
        self.base = re.search(r'<base href="([^"]+)"', page)[1]  # type: ignore[index]
        self.files = re.findall(r'<(?:script src|link rel="(?:stylesheet|icon)" href)="([^"]+)"', page)

    @property
    def length(self) -> int:
        """How many pages it has."""
        return len(self._pages)

    def title_of(self, index: int) -> tuple[str, str]:
        """Id and title of a page."""
        return self._pages[index]["id"], self._pages[index]["title"]

    def wants(self, index: int) -> bool:
        """Whether the page `index`, or its questions, have yet to be fetched."""
        return self.later and any(not isinstance(self._questions[name], dict) for name in self._names(index))

    def take(self, script: bytes) -> None:
        """Takes in a page that came later."""
        found = _SCRIPT.match(script)
        if found is None:
            raise ValueError("not a page of a course")
        body = json.loads(found[2])
        self._pages[int(found[1])] |= {"html": body.get("html", self._pages[int(found[1])]["html"])}
        self._questions |= body["questions"]

    def questions(self, index: int) -> list[Question]:
        """The questions of a page, which has been fetched."""
        return [Question(name, self._questions[name].get("prompt", "")) for name in self._names(index)]

    def pictures(self, index: int) -> list[str]:
        """Addresses of the pictures of a page."""
        return [self.base + path for path in _FILES.findall(self._pages[index]["html"])]

    def _names(self, index: int) -> list[str]:
        return list(self._pages[index]["questions"])


def _whole(page: Any) -> dict[str, Any]:
    """A page of an outline is a list: id, title, questions, media."""
    if isinstance(page, dict):
        return dict(page)
    return {"id": page[0], "title": page[1], "questions": page[2] if len(page) > 2 else [], "html": ""}
