"""The house rules of docs/architecture.md, checked by reading imports only."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAY_IMPORT = {  # package -> modules of other packages it may import
    "xapi": (),
    "scorm_packager": ("xapi.errors", "xapi.vocabulary", "xapi.words"),
    "adapters": ("xapi", "scorm_packager"),
    "lti_tool": (
        "xapi",
        "scorm_packager",
        "adapters.base",
        "adapters.registry",
        "adapters.errors",
        "adapters.recording",
        "adapters.records",
        "adapters.remote",
        "adapters.attendance",
        "adapters.certificates",
        "adapters.recap",
        "adapters.table_files",
        "adapters.taking",
        "adapters.classes",
        "adapters.forms",
        "adapters.said",
        "adapters.yearly",
    ),
}
STORES = ("store", "database", "migrations")
ONLY_WHERE = {  # library -> a name that must stand in the path of the module that imports it
    "flask": ("web",),
    "werkzeug": ("web",),
    "flask_babel": ("web",),
    "flask_login": ("web",),
    "flask_wtf": ("web",),
    "sqlalchemy": STORES,
    "alembic": STORES,
    "sqlite3": STORES,
    "duckdb": ("engines",),
    "pyspark": ("engines",),
    "py4j": ("engines",),
    "pylti1p3": ("pylti",),
    "requests": ("client", "http"),
    "urllib3": ("client", "http"),
    "socket": ("client", "http", "serve", "serve_socket", "service_manager", "demo"),
}
ONLY_BY = {  # module -> the only places that may import it: what stands for somebody else's system stays out of ours
    "lti_tool.sandbox": ("lti_tool/sandbox/", "lti_tool/demo/", "lti_tool/cli/demo.py"),
    "lti_tool.demo": ("lti_tool/demo/", "lti_tool/cli/demo.py"),
}
MOST_LINES = 400
FILES = [path for package in MAY_IMPORT for path in sorted((ROOT / package).rglob("*.py"))]


def imported(source: str) -> Iterator[tuple[str, int]]:
    """Every absolute module name imported in `source`, also inside functions, with its level (0 is absolute)."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, 0) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((f"{node.module}.{alias.name}", node.level) for alias in node.names)


def broken_rules(place: str, source: str) -> list[str]:
    """The house rules that a module at `place` (a path from the root) breaks by its imports."""
    package, parts = place.split("/")[0], {part.removesuffix(".py") for part in place.split("/")[1:]}
    problems = []
    for name, level in imported(source):
        top = name.split(".")[0]
        if level:
            problems.append(f"{place}: relative import; write it in full")
        if top in MAY_IMPORT and top != package and not any(_within(name, room) for room in MAY_IMPORT[package]):
            problems.append(f"{place} may not import {name}")
        if top in ONLY_WHERE and not any(_in_room(parts, room) for room in ONLY_WHERE[top]):
            problems.append(f"{place} may not import {top}")
        for module, places in ONLY_BY.items():
            if _within(name, module) and not place.startswith(places):
                problems.append(f"{place} may not import {module}")
        if top == "lxml" and package != "scorm_packager":
            problems.append(f"{place} may not import lxml")
    return problems + environment_reads(place, source)


def environment_reads(place: str, source: str) -> list[str]:
    """Reads of the environment outside the one module that may."""
    if place == "lti_tool/settings.py":
        return []
    names = {
        f"{node.value.id}.{node.attr}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
    return [f"{place} reads the environment" for name in ("os.environ", "os.getenv") if name in names]


def _within(name: str, room: str) -> bool:
    return name == room or name.startswith(room + ".")


def _in_room(parts: set[str], room: str) -> bool:
    return any(part == room or part.endswith("_" + room) for part in parts)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_imports_keep_to_the_plan(path: Path) -> None:
    assert broken_rules(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_module_has_one_purpose_said_first_and_stays_small(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert len(source.splitlines()) <= MOST_LINES, f"{path}: split it"
    if "migrations" not in path.parts:
        assert ast.get_docstring(ast.parse(source)), f"{path}: say its purpose in the first line"


@pytest.mark.parametrize(
    ("place", "source"),
    [
        ("xapi/recorder/record.py", "from lti_tool.settings import Settings"),
        ("xapi/statement.py", "import flask"),
        ("xapi/statement.py", "def f():\n    import sqlalchemy"),
        ("scorm_packager/course.py", "from xapi.lrs.store import StatementStore"),
        ("adapters/moodle.py", "from lti_tool import launch"),
        ("lti_tool/launch.py", "from adapters.moodle import ADAPTER"),
        ("lti_tool/launch.py", "import pylti1p3.grade"),
        ("lti_tool/grades.py", "import requests"),
        ("lti_tool/cli/pack.py", "from lxml import etree"),
        ("lti_tool/launch.py", "from lti_tool.sandbox.personality import MOODLE"),
        ("lti_tool/web/app.py", "import lti_tool.demo.client"),
        ("xapi/audit/report.py", "from . import rules"),
        ("xapi/audit/report.py", "def f():\n    import duckdb"),
        ("xapi/audit/engines/duck.py", "import sqlalchemy"),
        ("xapi/audit/report.py", "import os\nos.environ['HOME']"),
    ],
)
def test_a_broken_rule_is_caught(place: str, source: str) -> None:
    assert broken_rules(place, source)


@pytest.mark.parametrize(
    ("place", "source"),
    [
        ("scorm_packager/course.py", "from xapi.errors import JampelError"),
        ("lti_tool/store/registrations.py", "from sqlalchemy import select"),
        ("lti_tool/launch.py", "from adapters.base import LaunchProfile"),
        ("xapi/lrs/web.py", "import flask"),
        ("xapi/audit/engines/spark.py", "from pyspark.sql import SparkSession"),
        ("lti_tool/settings.py", "import os\nos.environ['HOME']"),
        ("lti_tool/demo/data.py", "from lti_tool.sandbox.config import write_config"),
    ],
)
def test_a_kept_rule_passes(place: str, source: str) -> None:
    assert broken_rules(place, source) == []
