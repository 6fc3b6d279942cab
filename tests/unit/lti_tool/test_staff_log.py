"""Whatever a member of the staff can send leaves a line in the log of the staff, or has a reason not to."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from lti_tool.web.testing import Site

#: Views that write no line in the log of the staff, and why.
WITHOUT = {
    "admin_roster.enter": "roster_upload.work, which the worker calls as well, notes what was taken",
    "admin_roster.layout": "looks once more at a list whose arrival was noted; what is taken is noted then",
    "admin_statements.search": "looks for statements and changes nothing; it is sent so that no address holds a name",
    "admin_subject.search": "looks for people; whose page is opened is noted",
    "audit_rules.attempt": "reckons with other rules and keeps nothing",
    "class_page.page": "a teacher's: of a launch, which the log of launches has",
    "class_page.learner": "a teacher's: of a launch, which the log of launches has",
    "class_page.again": "a teacher's: sends again what did not arrive, and changes no score",
    "lti.deep_link": "a teacher's: of a launch, which the log of launches has",
    "lti.launch": "a platform's, which the log of launches has",
    "lti.login": "a platform's, which the log of launches has",
    "notices.receive": "a platform's, which its table of notices has",
    "saya.enter": "a learner's",
    "saya.leave": "a learner's",
    "saya_data.copy": "a learner's: the record of processing says that they took it",
}
NOTES = ("note", "_note", "_note_failure")
#: What an SQLite file does here, all databases do.
pytestmark = pytest.mark.parametrize("place", ["sqlite"], indirect=True)


def writers(app: Flask) -> Iterator[tuple[str, str]]:
    """Every view that takes more than questions: its endpoint, and the module of its blueprint."""
    for rule in app.url_map.iter_rules():
        blueprint = app.blueprints.get(rule.endpoint.rpartition(".")[0])
        if blueprint is not None and (rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}:
            yield rule.endpoint, blueprint.import_name


def leaves_a_line(module: str, view: str) -> bool:
    """Whether the function `view` of `module`, or one of that module that it calls, writes to the log of the staff."""
    path = Path(str(importlib.import_module(module).__file__))
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    to_read, read = [view], set()
    while to_read:
        name = to_read.pop()
        read.add(name)
        for node in ast.walk(functions[name]):
            called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if called in NOTES or called.endswith(".log.add"):
                return True
            if called in functions and called not in read:
                to_read.append(called)
    return False


def test_what_the_staff_sends_is_in_the_log_of_the_staff(site: Site) -> None:
    seen = sorted(set(writers(site.app)))
    assert len(seen) > 40
    silent = {endpoint for endpoint, module in seen if not leaves_a_line(module, endpoint.rpartition(".")[2])}
    assert silent == set(WITHOUT)
