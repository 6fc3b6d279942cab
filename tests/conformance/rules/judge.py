"""A second opinion on statements: the JSON Schemas beside this file, and the few rules that a schema cannot say.

Nothing here comes from xapi.validation, so a mistake would have to be made twice to go unseen.
"""

import json
from collections.abc import Iterator
from decimal import Decimal, DecimalException
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.validators import extend

from tests.conformance.rules.formats import FORMATS

FOLDER = Path(__file__).parent
VERSIONS = ("1.0.3", "2.0.0")
Path_ = tuple[str | int, ...]


class Fault(NamedTuple):
    """One broken rule: the keyword or format that says so, where, and the offending value."""

    rule: str
    path: Path_
    value: Any


class Twice(dict):
    """An object in which the key `twice` stands more than once; the last value counts."""

    twice = ""


def faults(body: bytes, version: str) -> list[Fault]:
    """What is wrong with the statement in `body` by xAPI `version`; nothing when it is valid."""
    try:
        statement = json.loads(
            body.decode("utf-8"), object_pairs_hook=_object, parse_float=_decimal, parse_constant=_no_constant
        )
    except (ValueError, RecursionError, DecimalException) as cause:
        return [Fault("json", (), str(cause))]  # RFC 8259, Communication 1.4
    if not body.lstrip(b" \t\r\n").startswith(b"{"):
        return [Fault("type", (), statement)]
    found = [*_of_schema(statement, version), *_of_texts(statement, ())]
    if isinstance(statement, dict):
        found += _of_scores_and_components(statement, ())
    return found


@cache
def schema(version: str) -> dict[str, Any]:
    """The schema of a version: that of 1.0.3, with the changes of 2.0 merged into it."""
    first = json.loads((FOLDER / "statement-1.0.3.json").read_text())
    if version == "1.0.3":
        return first
    return _merged(first, json.loads((FOLDER / "changes-2.0.0.json").read_text()))


@cache
def _validator(version: str) -> Draft202012Validator:
    checker = FormatChecker(formats=())
    for name, holds in FORMATS.items():
        checker.checks(name)(lambda value, holds=holds: not isinstance(value, str) or holds(value))
    types = Draft202012Validator.TYPE_CHECKER.redefine("integer", lambda _, value: _is_integer(value))
    Draft202012Validator.check_schema(schema(version))
    return extend(Draft202012Validator, type_checker=types)(schema(version), format_checker=checker)


def _is_integer(value: object) -> bool:
    if isinstance(value, Decimal):
        return value == value.to_integral_value()
    return isinstance(value, int) and not isinstance(value, bool)


def _of_schema(statement: Any, version: str) -> Iterator[Fault]:
    for error in _validator(version).iter_errors(statement):
        rule = error.validator_value if error.validator == "format" else error.validator
        yield Fault(rule, tuple(error.absolute_path), error.instance)


def _of_texts(value: Any, path: Path_) -> Iterator[Fault]:
    """Keys that stand twice (2.2.s2.b2) and lone surrogates, which UTF-8 cannot hold (Communication 1.4)."""
    if isinstance(value, str):
        if any("\ud800" <= sign <= "\udfff" for sign in value):
            yield Fault("surrogate", path, value)
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from _of_texts(one, (*path, place))
    elif isinstance(value, dict):
        if isinstance(value, Twice):
            yield Fault("twice", (*path, value.twice), None)
        for key, one in value.items():
            yield from _of_texts(key, (*path, key))
            yield from _of_texts(one, (*path, key))


def _of_scores_and_components(part: dict[str, Any], path: Path_) -> Iterator[Fault]:
    yield from _of_score(_within(part, "result", "score"), (*path, "result", "score"))
    for name, thing in _activities(part):
        for kind in ("choices", "scale", "source", "target", "steps"):
            ids = [one.get("id") for one in _list(_within(thing, "definition", kind)) if isinstance(one, dict)]
            texts = sorted(one for one in ids if isinstance(one, str))
            if any(left == right for left, right in pairwise(texts)):
                yield Fault("distinct", (*path, *name, "definition", kind), texts)
    inner = part.get("object")
    if isinstance(inner, dict) and inner.get("objectType") == "SubStatement":
        yield from _of_scores_and_components(inner, (*path, "object"))


def _of_score(score: Any, path: Path_) -> Iterator[Fault]:
    """2.4.5.1: min is below max, raw between them."""
    if not isinstance(score, dict):
        return
    low, raw, high = (_number(score.get(name)) for name in ("min", "raw", "max"))
    if low is not None and high is not None and not low < high:
        yield Fault("order", path, score)
    if raw is not None and ((low is not None and raw < low) or (high is not None and raw > high)):
        yield Fault("order", (*path, "raw"), score)


def _activities(part: dict[str, Any]) -> Iterator[tuple[Path_, dict[str, Any]]]:
    thing = part.get("object")
    if isinstance(thing, dict) and thing.get("objectType") != "SubStatement":
        yield ("object",), thing
    around = _within(part, "context", "contextActivities")
    for kind, several in (around if isinstance(around, dict) else {}).items():
        for place, one in enumerate(several if isinstance(several, list) else [several]):
            if isinstance(one, dict):
                yield ("context", "contextActivities", kind, place), one


def _within(value: Any, *names: str) -> Any:
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _number(value: Any) -> int | Decimal | None:
    return value if isinstance(value, int | Decimal) and not isinstance(value, bool) else None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    again = Twice(found)
    seen: set[str] = set()
    again.twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
    return again


def _decimal(text: str) -> Decimal:
    number = Decimal(text)
    if not number.is_finite():
        raise ValueError("a number without bounds")
    return number


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _merged(target: Any, patch: Any) -> Any:
    """RFC 7396."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        result[key] = _merged(result.get(key), value)
    return result
