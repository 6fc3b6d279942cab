"""What a program pays for when it starts: modules that only others need are not loaded with it."""

import subprocess
import sys
from pathlib import Path

import pytest

from lti_tool.cli import COMMANDS
from lti_tool.cli.modul import LATE

ROOT = Path(__file__).parent.parent
SERVER = ("flask", "werkzeug", "uvicorn", "prometheus_client")
DATABASE = ("sqlalchemy", "alembic", "psycopg", "sqlite3", "xapi.database", "lti_tool.services")
DIALECTS = ("sqlalchemy.dialects.sqlite", "sqlalchemy.dialects.postgresql")
OTHERS = ("openpyxl", "requests", "pylti1p3", "jwt", "cryptography", "argon2", "xapi.intake", "xapi.lrs")
ALL = (*SERVER, *DATABASE, *OTHERS)
PARSERS = ("lxml", "markdown_it", "latex2mathml", "tinytag", "nh3")
MOST_FOR_HELP = 185
"""Modules that `jampel --help` loads beside Python's own; click alone loads 40 and rich's console 50 more."""
RUN = "from lti_tool.cli import main\ntry:\n    main({arguments!r})\nexcept SystemExit as end:\n    assert not end.code"
"""Runs `jampel` as the installed command does."""


def loaded_by(program: str, *names: str, cwd: Path = ROOT) -> set[str]:
    """Those of the modules `names` that are loaded after `program` has run in a fresh interpreter."""
    last = f"\nimport sys\nprint('\\n' + ' '.join(name for name in {names!r} if name in sys.modules))"
    command = [sys.executable, "-c", f"import sys\nsys.path.insert(0, {str(ROOT)!r})\n{program}{last}"]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.splitlines()[-1].split())


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new module, packed once."""
    folder = tmp_path_factory.mktemp("modul")
    for arguments in (["modul", "new", "modul-saya"], ["pack", "modul-saya", "-o", "paket.zip"]):
        loaded_by(RUN.format(arguments=arguments), cwd=folder)
    return folder


@pytest.mark.parametrize(
    ("program", "absent"),
    [
        ("import xapi", ("msgspec", *ALL)),
        (
            "from xapi import Recorder",
            (*SERVER, *OTHERS[:6], "alembic", "babel", "xlsxwriter", "reportlab", *PARSERS, *DIALECTS),
        ),
        ("import xapi.builders, xapi.validation", (*PARSERS, *SERVER, *DATABASE, *OTHERS[:6])),
        ("import scorm_packager", ("msgspec", *PARSERS, *ALL)),
        ("import scorm_packager.build", ("latex2mathml", "PIL", "flask", "sqlalchemy", "openpyxl", "requests")),
        ("import scorm_packager.checker", ("markdown_it", "latex2mathml", "PIL", *ALL)),
        ("from adapters.registry import load_adapters\nload_adapters()", ("flask", "sqlalchemy", "openpyxl")),
        ("import lti_tool.console", ALL),
    ],
    ids=lambda found: found if isinstance(found, str) else "",
)
def test_a_library_loads_nothing_that_only_others_need(program: str, absent: tuple[str, ...]) -> None:
    assert loaded_by(program, *absent) == set()


@pytest.mark.parametrize(
    ("arguments", "absent"),
    [
        (["--help"], (*ALL, *PARSERS, "scorm_packager", "adapters", "importlib.metadata", "rich.table")),
        (["modul", "--help"], (*ALL, *PARSERS, "adapters")),
        (["modul", "new", "lain"], (*ALL, *PARSERS, "adapters")),
        (["pack", "modul-saya"], (*ALL, "adapters", "PIL", "rich.table", "scorm_packager.check")),
        (["pack", "modul-saya", "--lms", "moodle45"], ("flask", "sqlalchemy", "openpyxl")),
        (["check", "paket.zip"], (*ALL, "adapters", "markdown_it", "latex2mathml", "scorm_packager.source")),
    ],
    ids=lambda found: " ".join(found) if isinstance(found, list) else "",
)
def test_a_command_loads_nothing_that_only_others_need(
    module: Path, tmp_path: Path, arguments: list[str], absent: tuple[str, ...]
) -> None:
    for name in ("modul-saya", "paket.zip"):
        (tmp_path / name).symlink_to(module / name)
    assert loaded_by(RUN.format(arguments=arguments), *absent, cwd=tmp_path) == set()


def test_the_help_loads_few_modules() -> None:
    """A machine's speed differs, what is loaded does not: bench/start.py has the seconds. Python's own are not ours to
    choose, so what an empty program loads is taken off."""
    count = "import sys\nprint('\\n' + str(len(sys.modules)))"
    program = f"{RUN.format(arguments=['--help'])}\n{count}"
    help_, empty = (
        int(
            subprocess.run(
                [sys.executable, "-c", one], cwd=ROOT, capture_output=True, text=True, check=True
            ).stdout.split()[-1]
        )
        for one in (program, count)
    )

    assert help_ - empty <= MOST_FOR_HELP


@pytest.mark.parametrize("stand_in", [*COMMANDS, *LATE], ids=lambda one: one.name)
def test_a_stand_in_says_what_its_command_says(stand_in) -> None:
    command = stand_in.load()
    assert (command.name, command.hidden) == (stand_in.name, stand_in.hidden)
    assert command.hidden or (command.help or "").split("\n")[0] == stand_in.help
