"""Statements of the plugin logstore_xapi, as the LRS receives them: a completed course gets the JP that it is worth.

The plugin (xAPI-vle/moodle-logstore_xapi) tells of a course as `<wwwroot>/course/view.php?id=N`, with its idnumber and
short name in extensions of the definition where it is set up to send them. It knows nothing of JP, so the institution's
table of courses says what it is worth, or the module of ours that the idnumber names.
"""

import re
from collections.abc import Callable, Mapping
from typing import cast

from adapters.moodle.answers import plain
from adapters.moodle.mapping import MappedCourse, read_mapping
from adapters.moodle.options import options_of
from adapters.remote import Connection, OwnModule
from xapi.vocabulary import COMPLETED, EXT_BENTUK, EXT_JP, EXT_ORGANISER, PASSED

LEARNING_ANALYTICS = "https://w3id.org/learning-analytics/learning-management-system/"
ID_NUMBER, SHORT_NAME = LEARNING_ANALYTICS + "external-id", LEARNING_ANALYTICS + "short-id"
_COURSE = re.compile(r"/course/view\.php\?id=(?P<number>[0-9]{1,18})")
_COUNTING = frozenset({COMPLETED, PASSED})

Statement = Mapping[str, object]


class LogStore:
    """Reads what logstore_xapi sends from the Moodle of a connection."""

    def completer(self, connection: Connection) -> Callable[[Statement], Statement]:
        """As in `StatementReader`. Raises AdapterError or SheetError when the table of courses cannot be read."""
        options = options_of(connection)
        home = options.home or connection.option("url").strip().rstrip("/")
        mapping = read_mapping(options.mapping, connection.forms) if options.mapping else {}

        def complete(statement: Statement) -> Statement:
            course = _course_of(statement, home)
            return {} if course is None else _with_worth(statement, course, mapping, connection.modules, options.bentuk)

        return complete


def _course_of(statement: Statement, home: str) -> Mapping[str, object] | None:
    """The object of a statement that says that a course of the Moodle at `home` was completed; None for any other."""
    verb, thing, result = (_part(statement, name) for name in ("verb", "object", "result"))
    activity = str(thing.get("id", ""))
    if verb.get("id") not in _COUNTING or not activity.startswith(home):
        return None
    if not _COURSE.fullmatch(activity.removeprefix(home)):
        return None
    return None if result.get("success") is False or result.get("completion") is False else thing


def _with_worth(
    statement: Statement,
    course: Mapping[str, object],
    mapping: Mapping[str, MappedCourse],
    modules: Mapping[str, OwnModule],
    form: str,
) -> Statement:
    context = _part(statement, "context")
    extensions = _part(context, "extensions")
    said = _part(_part(course, "definition"), "extensions")
    idnumber = plain(said.get(ID_NUMBER))
    mapped = _mapped(course, idnumber, plain(said.get(SHORT_NAME)), mapping)
    module = modules.get(mapped.activity if mapped and mapped.activity else idnumber)
    jp = mapped.jp if mapped else module.jp if module else None
    form = (mapped.form if mapped else "") or (module.form if module else "") or form
    if jp is None or not form or EXT_JP in extensions:
        return {}
    worth = {EXT_JP: jp, EXT_BENTUK: form}
    if mapped and mapped.organiser:
        worth[EXT_ORGANISER] = mapped.organiser
    iri = module.iri if module else mapped.activity if mapped and ":" in mapped.activity else course["id"]
    return {
        "object": {**course, "id": iri},
        "context": {**context, "extensions": {**extensions, **worth}},
    }


def _mapped(
    course: Mapping[str, object], idnumber: str, short_name: str, mapping: Mapping[str, MappedCourse]
) -> MappedCourse | None:
    number = str(course["id"]).rpartition("=")[2]
    names = (f"id:{number}", idnumber.casefold(), short_name.casefold())
    return next((mapping[name] for name in names if name in mapping), None)


def _part(whole: Mapping[str, object], name: str) -> Mapping[str, object]:
    part = whole.get(name)
    return cast("Mapping[str, object]", part) if isinstance(part, Mapping) else {}
