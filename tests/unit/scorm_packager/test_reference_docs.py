"""The reference of modules and questions is true: its examples are read, and it names everything there is."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from scorm_packager.check.codes import CODES
from scorm_packager.findings import Findings
from scorm_packager.forms import FORMS
from scorm_packager.repair.codes import CODES as REPAIRED
from scorm_packager.source.banks.read import SUFFIXES
from scorm_packager.source.blocks import ADMONITIONS
from scorm_packager.source.module import check_module
from scorm_packager.source.pages import PAGE_SUFFIXES
from scorm_packager.source.pictures import PICTURES
from scorm_packager.source.question_block import ATTRIBUTES, FLAGS, KINDS
from scorm_packager.source.question_rules import KEYS, REVIEWS, QuestionRules
from scorm_packager.source.settings import OPTIONAL, REQUIRED, read_settings
from tests.unit.scorm_packager.office_files import pdf
from tools.words import codes_in

REFERENCE = Path(__file__).parent.parent.parent.parent / "docs" / "reference"
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def examples(file: str, kind: str) -> list[str]:
    text = (REFERENCE / file).read_text(encoding="utf-8")
    return [body for found, body in FENCE.findall(text) if found == kind]


@pytest.mark.parametrize("text", examples("modul.md", "toml"))
def test_each_settings_example_is_read(text: str) -> None:
    findings = Findings()
    assert read_settings(text, findings) is not None, findings.errors


@pytest.mark.parametrize("page", examples("modul.md", "halaman"))
def test_each_page_example_is_read(module_folder: Path, make_sound: Callable[..., bytes], page: str) -> None:
    (module_folder / "audio").mkdir()
    (module_folder / "audio" / "salam.mp3").write_bytes(make_sound(3, "mp3"))
    (module_folder / "isi" / "01-pembuka.md").write_text("# Pembuka\n\nHalo.\n", encoding="utf-8")
    (module_folder / "isi" / "03-contoh.md").write_text(page, encoding="utf-8")
    for old, new in (("gambar/peta.svg", "gambar/alur.svg"), ("video/film", "video/layanan")):
        for path in module_folder.glob(f"{old}*"):
            target = module_folder / path.relative_to(module_folder).as_posix().replace(old, new)
            target.write_bytes(path.read_bytes())
    findings = Findings()
    assert check_module(module_folder, findings) is not None, findings.errors


@pytest.mark.parametrize("kind", ["html", "dokumen"])
def test_each_example_of_a_file_beside_markdown_is_read(module_folder: Path, kind: str) -> None:
    (module_folder / "isi" / "01-pembuka.md").write_text("# Pembuka\n\nHalo.\n", encoding="utf-8")
    (module_folder / "gambar" / "alur.svg").write_bytes((module_folder / "gambar" / "peta.svg").read_bytes())
    for path in (module_folder / "video").glob("film.*"):
        (module_folder / "video" / f"layanan{path.suffix}").write_bytes(path.read_bytes())
    (module_folder / "dokumen").mkdir()
    (module_folder / "dokumen" / "panduan.pdf").write_bytes(pdf(["Panduan"]))
    text = examples("modul.md", kind)[0]
    (module_folder / "isi" / f"03-contoh.{'md' if kind == 'dokumen' else kind}").write_text(text, encoding="utf-8")
    findings = Findings()
    assert check_module(module_folder, findings) is not None, findings.errors


def test_every_kind_of_page_is_named() -> None:
    text = (REFERENCE / "modul.md").read_text(encoding="utf-8")
    assert all(f"`{suffix}`" in text for suffix in PAGE_SUFFIXES if suffix != ".md")


@pytest.mark.parametrize("question", examples("soal.md", "soal"))
def test_each_question_example_is_read(module_folder: Path, question: str) -> None:
    (module_folder / "isi" / "03-contoh.md").write_text(f"# Contoh\n\n{question}", encoding="utf-8")
    findings = Findings()
    module = check_module(module_folder, findings)
    assert module is not None, findings.errors
    assert len(module.course.questions) == 2


@pytest.mark.parametrize("table", examples("soal.md", "toml"))
def test_each_example_of_rules_is_read(table: str) -> None:
    findings = Findings()
    (settings,) = examples("modul.md", "toml")[-1:]
    read = read_settings(f"{settings}\n{table}", findings)
    assert read is not None, findings.errors
    assert read.rules == QuestionRules(attempts=2, rounds=3, shuffle=True, review="full")


@pytest.mark.parametrize("block", [text for text in examples("soal.md", "markdown") if "soal bank" in text])
def test_each_example_of_a_bank_is_read(module_folder: Path, block: str) -> None:
    (module_folder / "isi" / "03-bank.md").write_text(f"# Bank\n\n{block}", encoding="utf-8")
    (module_folder / "soal").mkdir()
    gift = "\n\n".join(f"Soal nomor {number}? {{=ya ~tidak}}" for number in range(6))
    (module_folder / "soal" / "pelayanan.gift").write_text(gift, encoding="utf-8")
    (module_folder / "soal" / "tambahan.md").write_text(
        "# Catatan penulis\n\n::: soal benar-salah #tambahan\nBenarkah?\n\n= benar\n:::\n", encoding="utf-8"
    )
    findings = Findings()
    module = check_module(module_folder, findings)
    assert module is not None, findings.errors
    (pool,) = module.course.pools
    assert (pool.id, pool.draw, len(pool.questions)) == ("latihan", 5, 7)


def test_every_kind_of_question_has_an_example() -> None:
    shown = {re.match(r"::: soal (\S+)", text).group(1) for text in examples("soal.md", "soal")}  # type: ignore[union-attr]
    assert shown == set(KINDS)


@pytest.mark.parametrize("word", [*REQUIRED, *OPTIONAL, *FORMS, *ADMONITIONS])
def test_every_key_form_and_box_is_named(word: str) -> None:
    assert f"`{word}`" in (REFERENCE / "modul.md").read_text(encoding="utf-8")


def test_every_attribute_and_kind_of_picture_is_named() -> None:
    questions = (REFERENCE / "soal.md").read_text(encoding="utf-8")
    modules = (REFERENCE / "modul.md").read_text(encoding="utf-8")
    assert all(f"`{word}" in questions for word in [*ATTRIBUTES, *FLAGS, *SUFFIXES])
    assert all(word in questions for word in [*KEYS, *REVIEWS])
    assert all(suffix in modules for suffix in PICTURES)


def test_every_finding_and_repair_is_in_its_reference() -> None:
    text = (REFERENCE / "periksa-paket.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `((?:check|moodle|repair|archive)\.\w+)` \|", text, re.MULTILINE))
    archive = {code.removeprefix("error:") for code in codes_in("scorm_packager") if code.startswith("error:archive.")}
    assert named == set(CODES) | REPAIRED | archive


def test_each_finding_has_its_level_and_tool_in_its_reference() -> None:
    text = (REFERENCE / "periksa-paket.md").read_text(encoding="utf-8")
    for name, code in CODES.items():
        level = "salah" if code.level == "error" else "perhatikan"
        assert f"| `{name}` | {level} | {'⚒' if code.mended else ''} |" in text, name
