"""The reference of modules and questions is true: its examples are read, and it names everything there is."""

import re
from pathlib import Path

import pytest

from scorm_packager.check.codes import CODES
from scorm_packager.findings import Findings
from scorm_packager.forms import FORMS
from scorm_packager.repair.codes import CODES as REPAIRED
from scorm_packager.source.blocks import ADMONITIONS
from scorm_packager.source.media import PICTURES
from scorm_packager.source.module import check_module
from scorm_packager.source.question_block import ATTRIBUTES, FLAGS, KINDS
from scorm_packager.source.settings import OPTIONAL, REQUIRED, read_settings
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
def test_each_page_example_is_read(module_folder: Path, page: str) -> None:
    (module_folder / "isi" / "01-pembuka.md").write_text("# Pembuka\n\nHalo.\n", encoding="utf-8")
    (module_folder / "isi" / "03-contoh.md").write_text(page, encoding="utf-8")
    for old, new in (("gambar/peta.svg", "gambar/alur.svg"), ("video/film", "video/layanan")):
        for path in module_folder.glob(f"{old}*"):
            target = module_folder / path.relative_to(module_folder).as_posix().replace(old, new)
            target.write_bytes(path.read_bytes())
    findings = Findings()
    assert check_module(module_folder, findings) is not None, findings.errors


@pytest.mark.parametrize("question", examples("soal.md", "soal"))
def test_each_question_example_is_read(module_folder: Path, question: str) -> None:
    (module_folder / "isi" / "03-contoh.md").write_text(f"# Contoh\n\n{question}", encoding="utf-8")
    findings = Findings()
    module = check_module(module_folder, findings)
    assert module is not None, findings.errors
    assert len(module.course.questions) == 2


def test_every_kind_of_question_has_an_example() -> None:
    shown = {re.match(r"::: soal (\S+)", text).group(1) for text in examples("soal.md", "soal")}  # type: ignore[union-attr]
    assert shown == set(KINDS)


@pytest.mark.parametrize("word", [*REQUIRED, *OPTIONAL, *FORMS, *ADMONITIONS])
def test_every_key_form_and_box_is_named(word: str) -> None:
    assert f"`{word}`" in (REFERENCE / "modul.md").read_text(encoding="utf-8")


def test_every_attribute_and_kind_of_picture_is_named() -> None:
    questions = (REFERENCE / "soal.md").read_text(encoding="utf-8")
    modules = (REFERENCE / "modul.md").read_text(encoding="utf-8")
    assert all(f"`{word}" in questions for word in [*ATTRIBUTES, *FLAGS])
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
