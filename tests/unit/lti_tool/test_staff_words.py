"""Whatever the staff log may say has words."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import lti_tool
from lti_tool.web.staff_words import ACTIONS, action_words

WRITERS = ("note", "_note", "_log", "_staff_note")
FOLDER = Path(lti_tool.__file__).parent


def writes(node: ast.AST) -> bool:
    """Whether this is a call that writes to the staff log."""
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Name):
        return node.func.id in WRITERS
    log = node.func.value if isinstance(node.func, ast.Attribute) and node.func.attr == "add" else None
    return isinstance(log, ast.Attribute) and log.attr == "log"


def written() -> Iterator[str]:
    for path in (*FOLDER.glob("web/*.py"), *FOLDER.glob("cli/*.py")):
        source = path.read_text(encoding="utf-8")
        if not any(writer in source for writer in (*WRITERS, "log.add(")):
            continue
        for call in filter(writes, ast.walk(ast.parse(source))):
            texts = [one.value for one in ast.walk(call) if isinstance(one, ast.Constant)]
            yield from (text for text in texts if isinstance(text, str) and re.fullmatch(r"[a-z]+\.[a-z_]+", text))


def test_every_action_that_is_written_has_words() -> None:
    found = set(written())
    assert len(found) > 40, "the calls that write are found"
    assert found - set(ACTIONS) == set()


def test_an_unknown_action_is_shown_as_it_is(site) -> None:
    with site.app.test_request_context("/?lang=id"):
        assert action_words("audit.dulu") == "audit.dulu"
        assert action_words("login.failed") == "Gagal masuk · login.failed"
