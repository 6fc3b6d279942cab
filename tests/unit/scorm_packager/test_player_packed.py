"""The packed player is made of the sources as they are, and its short names stand for names that nobody else knows."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from scorm_packager.player import FOLDER, PACKED, script_names
from scorm_packager.player_files import SOURCES, player_entries, player_script, player_style
from tools import player as packer
from tools.player_names import NAMES, short_names

ROOT = Path(__file__).parent.parent.parent.parent
SCRIPTS = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.js")}
WORD = re.compile(r"\w+")


@pytest.mark.npm
def test_the_packed_player_is_made_from_the_sources_as_they_are(require: Callable[[str], str]) -> None:
    require("node_modules")
    assert json.loads((PACKED / SOURCES).read_text(encoding="utf-8")) == packer.digests(), "run make player"
    assert {
        path.name: path.read_text(encoding="utf-8") for path in PACKED.glob("*.[jc]s*") if path.name != SOURCES
    } == (packer.packed_files())


def test_a_source_that_changed_is_shipped_as_it_is_and_never_stale(tmp_path: Path) -> None:
    """With all the others: packed, they call one another by short names."""
    folder = shutil.copytree(FOLDER, tmp_path / "player", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    changed = (folder / "session.js").read_text(encoding="utf-8") + "/* changed */"
    (folder / "session.js").write_text(changed, encoding="utf-8")
    names = script_names("web")
    assert player_script(names, "id", folder).decode() == "".join(
        (folder / name).read_text(encoding="utf-8") for name in names
    )
    assert player_style(folder=folder) == (folder / "player.css").read_bytes()


def test_a_player_that_is_not_whole_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Exception, match=r"player\.incomplete"):
        player_entries(script_names("web"), "id", tmp_path)


def test_every_name_that_is_shortened_is_one_of_the_sources_and_none_is_left_in_a_package() -> None:
    known = set(WORD.findall(" ".join(SCRIPTS.values())))
    packed = " ".join(path.read_text(encoding="utf-8") for path in PACKED.glob("*.js"))
    assert sorted(set(NAMES)) == sorted(NAMES)
    assert set(NAMES) <= known
    assert not {name for name in NAMES if re.search(rf"(?:\.|\")(?:{name})\b|\b{name}:", packed)}


def test_no_short_name_is_a_name_already() -> None:
    assert len(set(short_names().values())) == len(NAMES), "the letters are used up"
    assert not set(short_names().values()) & set(WORD.findall(" ".join(SCRIPTS.values())))


def test_a_shortened_name_in_a_text_stands_there_alone() -> None:
    """What a text is put together of would not be found."""
    pieces = re.findall(r'"((?:[^"\\\n]|\\.)*)"', "\n".join(SCRIPTS[name] for name in SCRIPTS if "words" not in name))
    keys = {name for name in NAMES if packer.QUOTED.fullmatch(f'"{name}"')}
    assert not {piece for piece in pieces if piece not in keys and set(WORD.findall(piece)) & keys}


def test_what_a_browser_keeps_for_a_later_player_keeps_its_name() -> None:
    """In the storage of a browser: the copies of the transports, statements that wait, and the session of cmi5."""
    copies = {"state", "acked", "interactions", "fields", "sent", "told", "completed", "passed", "failed"}
    assert not {*copies, "status", "reason", "statement", "token", "data", "began", "ended"} & set(NAMES)


def test_what_a_package_holds_and_other_scripts_know_keeps_its_name() -> None:
    """The course, the settings of a page, fields of records and statements; the preview and the pages of LTI."""
    packages = ("scorm_packager", "xapi", "lti_tool/web")
    python = "\n".join(path.read_text(encoding="utf-8") for place in packages for path in (ROOT / place).rglob("*.py"))
    known = {*re.findall(r"\"(\w+)\"", python), *re.findall(r"^    (\w+):", python, re.MULTILINE)}
    for path in (path for place in packages for path in (ROOT / place).rglob("*") if path.suffix in (".js", ".html")):
        if FOLDER not in path.parents:
            known |= set(WORD.findall(path.read_text(encoding="utf-8")))
    assert not known & set(NAMES)
