"""Who waits for a module hears how far its documents are; a program that says nonsense or never ends costs no build."""

import sys
import time
from pathlib import Path

from scorm_packager.build import build_package
from scorm_packager.options import BuildOptions
from scorm_packager.source.module import read_module
from scorm_packager.source.telling_process import run_telling
from tests.unit.scorm_packager.office_files import docx, paragraph, pdf

Heard = list[tuple[int, int]]


def test_every_page_of_a_document_is_heard_while_it_is_drawn_and_none_where_it_was_drawn_before(
    module_folder: Path, tmp_path: Path
) -> None:
    (module_folder / "isi" / "03-panduan.pdf").write_bytes(pdf(["Satu", "Dua"]))
    docx(module_folder / "isi" / "04-naskah.docx", paragraph("Bab", "Heading1") + paragraph("Teks"))
    heard: list[tuple[str, int, int]] = []
    options = BuildOptions(hear=lambda *told: heard.append(told))
    drawn = [("isi/03-panduan.pdf", *told) for told in ((0, 0), (0, 2), (1, 2), (2, 2))]
    written = ("isi/04-naskah.docx", 0, 0)
    build_package(module_folder, output=tmp_path / "a.zip", options=options)
    assert heard == [*drawn, written]
    heard.clear()
    read_module(module_folder, hear=options.hear)
    assert heard == [written]


def told(script: str, seconds: float = 60) -> tuple[bool, Heard]:
    heard: Heard = []
    ended = run_telling([sys.executable, "-c", script], seconds, lambda done, whole: heard.append((done, whole)))
    return ended, heard


def test_what_else_a_program_says_is_no_progress() -> None:
    noise = "print('x' * 500); print('-1/4'); print(); print('4/4 '); print('dua/4')"
    assert told(f"print('1/4'); {noise}; print('3/4')") == (True, [(1, 4), (3, 4)])


def test_a_program_that_fails_has_come_to_no_good_end() -> None:
    assert told("import sys; print('1/4'); sys.exit(3)") == (False, [(1, 4)])


def test_a_program_that_does_not_end_is_ended() -> None:
    begun = time.monotonic()
    assert told("import time; print('1/4', flush=True); time.sleep(60)", 0.5)[0] is False
    assert time.monotonic() - begun < 30
