"""`jampel modul size` and the editions of `jampel pack`, as a person types them."""

import json
import random

import pytest
from click.testing import CliRunner

from lti_tool.cli import main
from lti_tool.web.testing import SVG, write_module


def run(*arguments: object, code: int = 0):
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exit_code == code, result.output + result.stderr
    return result


@pytest.fixture
def folder(tmp_path):
    found = write_module(tmp_path / "modul")
    page = "# Bab\n\nTeks bab.\n\n![Gambar](gambar/bab.svg)\n"
    (found / "isi" / "02-bab.md").write_text(page, encoding="utf-8")
    dice = random.Random(1)
    for name in ("loket", "bab"):
        shape = "".join(f'<path d="M{dice.random()} 0h1v1z"/>' for _number in range(2000))
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{shape}</svg>\n'
        (found / "gambar" / f"{name}.svg").write_text(svg, encoding="utf-8")
    return found


def test_the_table_names_pages_files_and_seconds(folder) -> None:
    told = run("modul", "size", folder).stdout
    assert all(text in told for text in ("Pembuka", "gambar/bab.svg", "512 kbps", "dtk", "Layar pertama"))


def test_more_than_the_upload_limit_is_a_finding(folder) -> None:
    result = run("modul", "size", folder, "--upload-limit", "20k", code=1)
    assert "--split" in result.stderr
    assert json.loads(run("modul", "size", folder, "--json").stdout)["over_limit"] is False
    assert "error:" not in run("modul", "size", folder, "--upload-limit", "banyak", code=1).stderr


def test_a_package_is_weighed_like_its_folder(folder, tmp_path) -> None:
    run("pack", folder, "-o", tmp_path / "a.zip")
    rows = [json.loads(run("modul", "size", path, "--json").stdout) for path in (folder, tmp_path / "a.zip")]
    assert rows[0]["pages"] == rows[1]["pages"]


def test_pack_splits_below_a_cap_and_says_each_part(folder, tmp_path) -> None:
    whole = json.loads(run("pack", folder, "-o", tmp_path / "a.zip", "--json").stdout)
    cap = whole["bytes"] + 100_000 - 15_000
    parts = json.loads(run("pack", folder, "-o", tmp_path / "b.zip", "--split", cap, "--json").stdout)["parts"]
    assert [part["id"] for part in parts] == ["pelayanan-publik-bagian-1", "pelayanan-publik-bagian-2"]
    assert sum(part["jp"] for part in parts) == pytest.approx(1.0)
    assert all((tmp_path / f"b-bagian-{number}.zip").is_file() for number in (1, 2))
    assert "1M" in run("pack", folder, "-o", tmp_path / "c.zip", "--split", "50k", code=1).stderr
    assert not (tmp_path / "c.zip").exists()


def test_a_light_edition_has_a_name_of_its_own(folder, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    (folder / "gambar" / "bab.ringan.svg").write_text(SVG, encoding="utf-8")
    light = run("pack", folder, "--light").stdout.strip()
    assert light == "pelayanan-publik-1.0.0-ringan-scorm12.zip"
    run("pack", folder)
    assert (tmp_path / light).stat().st_size < (tmp_path / "pelayanan-publik-1.0.0-scorm12.zip").stat().st_size


@pytest.mark.parametrize("command", [("pack",), ("modul", "size")])
def test_no_name_or_title_of_a_module_commands_the_terminal(folder, command, monkeypatch, tmp_path) -> None:
    monkeypatch.chdir(tmp_path)
    (folder / "gambar" / "x\x1b]0;y\x07\u202e.png").write_bytes(b"x" * 2000)
    (folder / "isi" / "03-akhir.md").write_text("# Akhir \x1b[31m\n\nTeks.\n", encoding="utf-8")
    result = run(*command, folder)
    shown = result.stdout + result.stderr
    assert "]0;y" in shown
    assert not {"\x1b", "\x07", "\u202e"} & set(shown)
