"""What stops `make run` on a newcomer's machine ends in a sentence with a next step, and leaves nothing in its way."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = ("Makefile", "requirements.lock", "setup.cfg", "pyproject.toml")

#: What stands for Python: new enough, and its environments have a pip that finds nothing.
PYTHON = """#!/bin/sh
[ "$1" = -c ] && exit 0
mkdir -p "$3/bin"
printf '#!/bin/sh\\nexit 1\\n' > "$3/bin/python"
chmod +x "$3/bin/python"
"""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A fresh clone, as far as make looks at it, in a folder with a space."""
    folder = tmp_path / "klon baru"
    folder.mkdir()
    for name in FILES:
        shutil.copy(ROOT / name, folder)
    return folder


def program(folder: Path, text: str) -> Path:
    """A program `python` that does what `text` says."""
    path = folder / "python"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
    return path


def make(folder: Path, python: Path | str) -> str:
    """What a person reads when `make setup` fails with this Python."""
    done = subprocess.run(  # noqa: S603
        ["make", "setup", f"PYTHON={python}"],  # noqa: S607
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode
    return done.stderr


@pytest.mark.parametrize("python", ["", "/nowhere/python3"])
def test_a_machine_without_python_is_told_what_to_install(clone: Path, python: str) -> None:
    assert "apt-get install python3.11" in make(clone, python)


def test_a_python_that_is_too_old_is_named_as_the_reason_before_anything_is_made(clone: Path) -> None:
    said = make(clone, program(clone, "#!/bin/sh\nexit 1\n"))
    assert "needs Python 3.11 or newer" in said
    assert not (clone / ".venv").exists()


def test_an_environment_that_was_half_made_is_taken_away(clone: Path) -> None:
    said = make(clone, program(clone, PYTHON + "exit 1\n"))
    assert "python3.11-venv" in said
    assert not (clone / ".venv").exists()


def test_an_installation_that_stops_says_how_to_go_on(clone: Path) -> None:
    assert "give the same command again" in make(clone, program(clone, PYTHON))


def test_a_clone_that_was_moved_is_told_to_make_its_environment_anew(clone: Path) -> None:
    (clone / ".venv/bin").mkdir(parents=True)
    (clone / ".venv/bin/python").touch()
    (clone / ".venv/.installed").write_text("/rumah/lama\n", encoding="utf-8")
    assert "rm -rf .venv" in make(clone, "python3")
