"""What people install: all of it is inside, it works outside the source tree, and the base stays small."""

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from collections.abc import Callable
from email.message import Message
from email.parser import Parser
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("xapi", "scorm_packager", "adapters", "lti_tool")
PROJECT = ("setup.cfg", "pyproject.toml", "README.md", "LICENSE")
BUILD = """
import os, sys, setuptools.build_meta as backend
print(); print(getattr(backend, "build_" + sys.argv[1])(sys.argv[2]))
"""
MODULES = ("berakhlak-adaptif", "pelayanan-publik-prima", "penanganan-hasil-laut")
SCRIPTS = (
    "audit_buku_catatan.py",
    "kemas_modul.py",
    "lrs_di_flask.py",
    "luncur_di_flask.py",
    "rekam_pernyataan.py",
    "rekam_tanpa_jaringan.py",
)
MOST_MEGABYTES = 210
WITH_A_DOCUMENT = """
from pathlib import Path
from reportlab.pdfgen.canvas import Canvas
Path("modul-saya/dokumen").mkdir(exist_ok=True)
canvas = Canvas("modul-saya/dokumen/panduan.pdf")
canvas.drawString(100, 700, "Panduan")
canvas.save()
page = sorted(Path("modul-saya/isi").glob("*.md"))[0]
page.write_text(page.read_text() + "\\n![Panduan](dokumen/panduan.pdf)\\n")
"""
#: What only an extra makes possible. Spark, of 490 MB, has tests of its own; so has PostgreSQL with a real server.
EXTRAS = {
    "postgres": [("python", "-c", "import psycopg; assert psycopg.pq.__impl__ == 'binary'")],
    "duckdb": [
        ("jampel", "audit", "simulate", "--asn", "5", "--year", "2026"),
        ("jampel", "audit", "report", "--year", "2026", "--engine", "duckdb"),
    ],
    "office": [
        ("jampel", "modul", "new", "modul-saya"),
        ("python", "-c", WITH_A_DOCUMENT),
        ("jampel", "pack", "modul-saya", "-o", "modul-saya.zip"),
        ("python", "-c", "import mammoth, pptx"),
    ],
    "fast": [("python", "-c", "import uvloop; uvloop.new_event_loop().close()")],
}
DEPRECATIONS = "error::DeprecationWarning,error::PendingDeprecationWarning"


def run(*command: str | Path, cwd: Path, most: int = 120) -> subprocess.CompletedProcess[str]:
    """`command` away from this source tree, with the deprecations that it meets as errors."""
    strange = ("PYTHON", "JAMPEL_", "PIP_REQUIRE")
    env = {name: value for name, value in os.environ.items() if not name.startswith(strange)}
    env |= {"PYTHONWARNINGS": DEPRECATIONS, "JAMPEL_LANG": "en", "COLUMNS": "200"}
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=most, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def built(kind: str, source: Path, folder: Path) -> Path:
    """The `kind` ("sdist" or "wheel") of the project in `source`, made as pip makes it, in `folder`."""
    command = [sys.executable, "-c", BUILD, kind, str(folder)]
    done = subprocess.run(command, cwd=source, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder / done.stdout.splitlines()[-1]


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of a copy: building leaves its work in the source tree, and takes up what an earlier build left there."""
    source = tmp_path_factory.mktemp("source")
    for name in PROJECT:
        shutil.copy2(ROOT / name, source)
    for name in (*PACKAGES, "examples/modul"):
        shutil.copytree(ROOT / name, source / name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
    return built("sdist", source, tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="module")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made of the sdist, so that it also says that the sdist is whole."""
    source = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(sdist) as file:
        file.extractall(source, **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))  # Debian's has none
    return built("wheel", next(source.iterdir()), tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as file:
        name = next(name for name in file.namelist() if name.endswith(".dist-info/METADATA"))
        return Parser().parsestr(file.read(name).decode())


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment that has the wheel, and this one's libraries without its Jampel."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, symlinks=True)
    subprocess.run([*_pip(folder), "install", "--quiet", "--no-deps", "--no-index", wheel], check=True)
    # A line of a .pth is a place to look in; the .pth files there, one of which leads to this tree, are not read.
    (_site_packages(folder) / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return folder / "bin"


def _pip(environment: Path) -> list[str | Path]:
    """This environment's pip, at work in `environment`."""
    return [sys.executable, "-m", "pip", "--python", environment / "bin" / "python", "--disable-pip-version-check"]


def _site_packages(environment: Path) -> Path:
    return next(environment.glob("lib/python*/site-packages"))


def _files() -> set[str]:
    """Every file of the packages, those behind the link to the example modules too."""
    return {
        (Path(folder) / name).relative_to(ROOT).as_posix()
        for package in PACKAGES
        for folder, _, names in os.walk(ROOT / package, followlinks=True)
        for name in names
        if "__pycache__" not in folder
    }


def test_the_wheel_holds_every_file_of_the_packages_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as file:
        inside = {name for name in file.namelist() if ".dist-info/" not in name}

    assert inside == _files()


def test_what_only_data_files_can_give_is_in_the_wheel(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as file:
        inside = set(file.namelist())

    for name in (
        *(f"{package}/py.typed" for package in PACKAGES),
        *(f"{package}/locale/{language}/LC_MESSAGES/messages.mo" for package in PACKAGES for language in ("id", "en")),
        *(f"lti_tool/demo/modul/{module}/modul.toml" for module in MODULES),
        "lti_tool/sandbox/templates/sandbox/base.html",
        "lti_tool/web/templates/base.html",
        "xapi/audit/sql/person_year.sql",
    ):
        assert name in inside
    for kind in ("*/migrations/versions/0001*.py", "scorm_packager/player/*.js", "lti_tool/web/static/*.css"):
        assert [name for name in inside if Path(name).match(kind)], kind


@pytest.mark.parametrize("extra", ["postgres", "duckdb", "spark", "office"])
def test_the_extras_that_the_documents_name_exist(metadata: Message, extra: str) -> None:
    assert extra in metadata.get_all("Provides-Extra", [])
    assert [line for line in metadata.get_all("Requires-Dist", []) if f'extra == "{extra}"' in line]


def test_postgres_is_another_name_of_postgresql(metadata: Message) -> None:
    needed = [line.split(";") for line in metadata.get_all("Requires-Dist", [])]
    by_extra = {
        name: [what for what, *mark in needed if f'extra == "{name}"' in "".join(mark)]
        for name in ("postgres", "postgresql")
    }

    assert by_extra["postgres"] == by_extra["postgresql"] != []


def test_an_older_python_is_told_before_anything_is_installed(metadata: Message) -> None:
    assert metadata["Requires-Python"] == ">=3.11"


def test_a_module_is_made_packed_and_checked_outside_the_source_tree(installed: Path, tmp_path: Path) -> None:
    jampel = installed / "jampel"
    where = run(installed / "python", "-c", "import lti_tool; print(lti_tool.__file__)", cwd=tmp_path).stdout
    assert Path(where.strip()).is_relative_to(installed.parent)

    assert "jampel demo" in run(jampel, "demo", "--help", cwd=tmp_path).stdout
    run(jampel, "modul", "new", "modul-saya", cwd=tmp_path)
    run(jampel, "pack", "modul-saya", "-o", "modul-saya.zip", cwd=tmp_path)
    run(jampel, "check", "modul-saya.zip", cwd=tmp_path)


@pytest.mark.thorough
def test_the_demo_runs_from_what_was_installed(installed: Path, tmp_path: Path) -> None:
    """Tables are made, modules packed, launched and learned, statements kept and counted: all data files take part."""
    done = run(installed / "jampel", "demo", "--once", "--data", tmp_path / "data", cwd=tmp_path)

    assert "0,70" in done.stdout.replace(".", ",")


@pytest.mark.thorough
def test_the_examples_for_programmers_run_from_what_was_installed(installed: Path, tmp_path: Path) -> None:
    for name in SCRIPTS:
        shutil.copy2(ROOT / "examples" / name, tmp_path)

    for name in SCRIPTS:
        assert run(installed / "python", name, cwd=tmp_path).stdout


@pytest.mark.thorough
def test_programs_that_use_the_packages_pass_strict_types(installed: Path, tmp_path: Path) -> None:
    """As their authors have them, with the types that the wheel brings and none of this source tree."""
    for name in SCRIPTS:
        shutil.copy2(ROOT / "examples" / name, tmp_path)
    strict = ["--strict", "--python-executable", installed / "python", "--cache-dir", tmp_path / "cache"]
    done = run(sys.executable, "-m", "mypy", *strict, *SCRIPTS, cwd=tmp_path, most=280)

    assert f"no issues found in {len(SCRIPTS)} source files" in done.stdout


@pytest.fixture(scope="module")
def exact(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Which version of each library the locked installation has."""
    path = tmp_path_factory.mktemp("exact") / "exact.txt"
    lock = (ROOT / "requirements-test.lock").read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(line.split(" ", 1)[0] for line in lock if "==" in line), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def base(wheel: Path, exact: Path, tmp_path_factory: pytest.TempPathFactory, require: Callable[[str], str]) -> Path:
    """An environment that was really empty before `pip install jampel`: no compiler was asked for anything."""
    require("index")
    environment = tmp_path_factory.mktemp("base")
    venv.create(environment, symlinks=True)
    fetch(environment, exact, wheel)
    return environment


def fetch(environment: Path, exact: Path, *what: str | Path) -> None:
    """Installs `what` there from the index, in the locked versions and from wheels alone."""
    wheels = ["install", "--quiet", "--only-binary", ":all:", "--constraint", exact, *what]
    done = subprocess.run([*_pip(environment), *wheels], capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr


def megabytes(folder: Path) -> float:
    """What `folder` takes of a disk that gives files and folders whole blocks of 4 KiB."""
    return sum(-(-max(path.lstat().st_size, 1) // 4096) * 4096 for path in folder.rglob("*")) / 1e6


@pytest.mark.index
@pytest.mark.thorough
def test_the_base_needs_no_compiler_and_little_room(base: Path, tmp_path: Path) -> None:
    """What Python compiles ahead, a fifth, is included. Then the demo runs."""
    assert megabytes(_site_packages(base)) <= MOST_MEGABYTES
    run(base / "bin" / "jampel", "demo", "--once", "--data", tmp_path / "data", cwd=tmp_path)


@pytest.mark.index
@pytest.mark.thorough
@pytest.mark.parametrize("extra", EXTRAS)
def test_an_extra_alone_brings_all_that_its_commands_need(
    base: Path, metadata: Message, exact: Path, extra: str, tmp_path: Path
) -> None:
    """Beside the base, in a folder of its own: what other extras bring is not there."""
    needed = [line.split(";") for line in metadata.get_all("Requires-Dist", [])]
    names = [what.strip() for what, *mark in needed if f'extra == "{extra}"' in "".join(mark)]
    fetch(base, exact, "--target", tmp_path / "extra", "--no-warn-conflicts", *names)
    for command in EXTRAS[extra]:
        run("env", f"PYTHONPATH={tmp_path / 'extra'}", base / "bin" / command[0], *command[1:], cwd=tmp_path)
