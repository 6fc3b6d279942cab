"""The LRS against a second statement of the rules: JSON Schemas written from the specification's tables.

Valid statements of great variety are broken in every way that comes to mind, from a seed. SOAK_STATEMENTS sets how
many: 2,000 in the normal tests, 100,000 by `make soak`. SOAK_SEED sets another course of events.
"""

import json
import os
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.conformance.rules.bases import Base
from tests.conformance.rules.disagreements import REFUSED, TAKEN, explained_refusal, explained_taking
from tests.conformance.rules.judge import VERSIONS, Fault, faults
from tests.conformance.rules.mutate import CHANGES, Mutant, mutant
from xapi.errors import StatementError
from xapi.testing import EmbeddedLrs, encoded, make_principal, make_statement
from xapi.validation.parse import require_old, validate_text
from xapi.validation.strict_json import require_text

STATEMENTS = int(os.environ.get("SOAK_STATEMENTS", "2000"))
SEED = int(os.environ.get("SOAK_SEED", "1"))
PER_KIND, OVER_HTTP = (25, 150) if STATEMENTS < 10_000 else (500, 2000)
PAGE = Path(__file__).parents[2] / "docs" / "reference" / "aturan-pernyataan.md"
CLAUSE = re.compile(r"(Data|Communication|xAPI 2\.0) \d+(\.\d+)*")
STEP = re.compile(r"\.([A-Za-z_][\w\-]*)|\[(\d+)\]|\['(.*?)'\](?=[.\[]|$)", re.DOTALL)
ACROSS = {"statement.voiding", "statement.only_activity"}  # rules about two parts of a statement
NO_JSON = ("statement.json", "statement.encoding")
ADMIN = make_principal()
pytestmark = [pytest.mark.conformance, pytest.mark.soak, pytest.mark.timeout(300 + STATEMENTS // 50)]


class Judged(NamedTuple):
    """A statement, what was done to it, and what both judges say."""

    version: str
    changed: Mutant
    error: StatementError | None
    found: list[Fault]


def ours(body: bytes, version: str) -> StatementError | None:
    """What the LRS refuses in `body`, or None."""
    try:
        require_text(body)
        parsed = validate_text(body)
        if version == "1.0.3":
            require_old(parsed)
    except StatementError as error:
        return error
    return None


def judge(version: str, changed: Mutant) -> Judged:
    """Both opinions."""
    return Judged(version, changed, ours(changed.body, version), faults(changed.body, version))


def mutants(number: int, seed: int) -> Iterator[Judged]:
    """`number` statements with none to three changes, judged by both."""
    source = random.Random(seed)
    for _ in range(number):
        version = source.choice(VERSIONS)
        changes = source.choice([0, 1, 1, 1, 1, 1, 2, 2, 3])
        yield judge(version, mutant(source, Base(source, version).statement(), changes))


@cache
def some() -> list[Judged]:
    """A few of the same statements, for the tests that look at each closely."""
    return list(mutants(2 * OVER_HTTP, SEED))


def explained(one: Judged) -> list[str]:
    """The names of the known differences that explain why the judges disagree."""
    if one.error is None:
        return explained_taking(one.found)
    name = explained_refusal(one.error, json.loads(one.changed.body))
    return [name] if name else []


def told(one: Judged) -> str:
    """What a person needs to find out who is wrong."""
    faulty = [(fault.rule, fault.path, fault.value) for fault in one.found]
    return f"{one.version} {one.changed.names}: {one.error} {faulty} {one.changed.body!r}"


def test_both_statements_of_the_rules_agree_or_the_difference_is_known() -> None:
    counted: Counter[str] = Counter()
    unexplained: list[str] = []
    for one in mutants(STATEMENTS, SEED):
        if bool(one.found) == bool(one.error):
            counted["refused by both" if one.found else "taken by both"] += 1
            continue
        names = explained(one)
        counted.update(set(names))
        if not names:
            unexplained.append(told(one))
    print(f"\n{STATEMENTS} statements, seed {SEED}:", dict(counted.most_common()))

    assert unexplained == []
    assert min(counted["taken by both"], counted["refused by both"]) > STATEMENTS // 5


@pytest.mark.parametrize("version", VERSIONS)
def test_what_was_not_changed_is_valid_to_both(version: str) -> None:
    source = random.Random(SEED)
    for _ in range(300):
        one = judge(version, mutant(source, Base(source, version).statement(), 0))
        assert (one.error, one.found) == (None, []), told(one)


@pytest.mark.parametrize("name", CHANGES)
def test_every_refusal_names_the_place_and_the_clause(name: str) -> None:
    """Data 2.2.s4: the 400 says where; the place is the changed one, one beside it, or the whole that it broke."""
    source = random.Random(SEED)
    refused = 0
    while refused < PER_KIND:
        version = source.choice(VERSIONS)
        one = judge(version, mutant(source, Base(source, version).statement(), 1, kind=name))
        if one.error is None:
            continue
        refused += 1
        assert CLAUSE.fullmatch(one.error.clause), told(one)
        assert ".." not in one.error.path.partition("['")[0], told(one)
        assert "[...]" not in one.error.path, told(one)
        near = one.error.code in ACROSS or is_near(steps(one.error.path), one.changed.places[0])
        assert near, f"{one.error.path} {one.changed.places[0]} {told(one)}"


def steps(path: str) -> tuple[str | int, ...]:
    """The steps of a path of ours after the root."""
    assert path.startswith("$")
    assert "".join(found[0] for found in STEP.finditer(path)) == path[1:], path
    return tuple(int(found[2]) if found[2] else found[1] or found[3] or "" for found in STEP.finditer(path))


def is_near(told_place: tuple[str | int, ...], changed: tuple[str | int, ...]) -> bool:
    """Whether one of the two holds the other, or both stand in the same object."""
    mine, theirs = told_place[:-1], changed[:-1]
    shorter = min(len(mine), len(theirs))
    return mine[:shorter] == theirs[:shorter]


def has_content_elsewhere(body: bytes) -> bool:
    """Whether every attachment says where its content is; without, it would have to come along."""
    statement = json.loads(body)
    inner = statement["object"].get("attachments", [])
    return all("fileUrl" in one for one in [*statement.get("attachments", []), *inner])


def test_over_http_the_good_are_stored_and_the_bad_answered_with_400(
    ask: Callable[..., Any], house: EmbeddedLrs
) -> None:
    stored = 0
    for one in some()[:OVER_HTTP]:
        if bool(one.found) != bool(one.error) or not (one.found or has_content_elsewhere(one.changed.body)):
            continue
        response = ask("POST", "statements", one.changed.body, version=one.version)
        answer = json.loads(response.data)
        if one.found:
            assert response.status_code == 400, told(one)
            assert answer["path"].startswith("$"), answer
            assert answer["clause"], answer
        else:
            assert response.status_code == 200, told(one)
            stored += 1

    assert stored > OVER_HTTP // 5
    assert len(house.statements.after(ADMIN.institution, 0, 10_000)) == stored


def test_a_batch_with_one_bad_statement_names_it_and_stores_nothing(
    ask: Callable[..., Any], house: EmbeddedLrs
) -> None:
    good = encoded(make_statement())
    refused = [one for one in some() if one.error is not None and not is_no_json(one)]
    for one in refused[:PER_KIND]:
        response = ask("POST", "statements", b"[%b,%b]" % (good, one.changed.body), version=one.version)

        assert response.status_code == 400
        assert json.loads(response.data)["path"].startswith("$[1]"), told(one)
    assert house.statements.after(ADMIN.institution, 0, 10) == []


def is_no_json(one: Judged) -> bool:
    """What is no JSON makes a whole list none, so no place in it can be told."""
    assert one.error is not None
    return one.error.code in NO_JSON or any(fault.rule in ("json", "surrogate") for fault in one.found)


def _thing(**definition: Any) -> dict[str, Any]:
    return {"object": {"id": "https://example.com/x", "definition": definition}}


def _account(page: str) -> dict[str, Any]:
    return {"actor": {"account": {"homePage": page, "name": "a"}}}


_ATTACHMENT = {
    "usageType": "https://example.com/x", "display": {}, "contentType": "a/b", "length": 1, "sha2": "0" * 64,
    "fileUrl": "https://example.com/x",
}  # fmt: skip
_TWO = {"objectType": "Group", "member": [{"mbox": "mailto:a@example.com"}, {"mbox": "mailto:b@example.com"}]}
EXAMPLES: list[tuple[str, str, dict[str, Any] | bytes]] = [
    ("iri-signs", "1.0.3", {"verb": {"id": "http://a/[x]"}}),
    ("iri-signs", "1.0.3", {"result": {"extensions": {"http://a/%zz": 1}}}),
    ("irl-signs", "1.0.3", _account("http://a:port/")),
    ("uri-signs", "1.0.3", {"actor": {"openid": "http://a#b#c"}}),
    ("mail-address", "1.0.3", {"actor": {"mbox": "mailto:a..b@example.com"}}),
    ("empty-media-parameter", "1.0.3", {"attachments": [{**_ATTACHMENT, "contentType": "a/b;"}]}),
    ("mixed-offset", "1.0.3", {"timestamp": "2026-03-02T08:00:00+0700"}),
    ("iso-8601-in-2.0", "2.0.0", {"timestamp": "2026-03-02T08:00:00"}),
    ("beyond-double-maximum", "1.0.3", b'{"result":{"score":{"scaled":1.00000000000000000001}},'),
    ("beyond-double-minimum", "1.0.3", b'{"result":{"score":{"scaled":-1.00000000000000000001}},'),
    ("beyond-double-order", "1.0.3", b'{"result":{"score":{"raw":1.00000000000000000001,"max":1}},'),
    ("rare-timestamp", "1.0.3", {"timestamp": "2026-03-02T08:00Z"}),
    ("rare-timestamp", "1.0.3", {"timestamp": "2026-W10-1T08:00:00Z"}),
    ("openid-without-host", "1.0.3", {"actor": {"openid": "http:x"}}),
    ("only-a-scheme", "1.0.3", {"verb": {"id": "urn:"}}),
    ("mail-with-slash", "1.0.3", {"actor": {"mbox": "mailto:a/b@example.com"}}),
    ("mail-with-space", "1.0.3", {"actor": {"mbox": "mailto:a\u00a0b@example.com"}}),
    ("members-none", "1.0.3", {"actor": {"objectType": "Group", "member": []}}),
    ("authority-with-identifier", "1.0.3", {"authority": {**_TWO, "mbox": "mailto:c@example.com"}}),
    ("too-deep", "1.0.3", b'{"result":{"extensions":{"a:x":%b1%b}},' % (b"[" * 70, b"]" * 70)),
    ("beyond-double", "1.0.3", b'{"result":{"score":{"raw":1e999}},'),
    ("beyond-double-equal", "1.0.3", b'{"result":{"score":{"min":1,"max":1.00000000000000000001}},'),
    ("length-with-fraction", "1.0.3", {"attachments": [{**_ATTACHMENT, "length": 1.0}]}),
]


@pytest.mark.parametrize(("name", "version", "changes"), EXAMPLES, ids=[example[0] for example in EXAMPLES])
def test_a_known_difference_has_an_example(name: str, version: str, changes: dict[str, Any] | bytes) -> None:
    whole = encoded(make_statement(**({} if isinstance(changes, bytes) else changes)))
    body = changes + whole[1:] if isinstance(changes, bytes) else whole
    one = judge(version, Mutant(body, (), ()))

    assert bool(one.error) == (name in REFUSED), told(one)
    assert bool(one.found) == (name in TAKEN), told(one)
    assert explained(one) == [name]


def test_the_page_of_differences_lists_exactly_those_that_there_are() -> None:
    listed = re.findall(r"^\| `([\w.\-]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)

    assert sorted(listed) == sorted([*TAKEN, *REFUSED])
    assert {name for name, _, _ in EXAMPLES} == {*TAKEN, *REFUSED}
