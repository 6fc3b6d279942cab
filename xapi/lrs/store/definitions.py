"""Canonical definitions of activities: what all statements together say an activity is (Data 2.4.4.1).

Most statements repeat what is known. So the digest of the definition merged last is remembered for each activity, and
only another one costs a look into the table.
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from msgspec import Raw

from xapi.lrs.store.rows import NewStatement
from xapi.lrs.store.session import Session, chunks
from xapi.lrs.store.terms import kept_texts
from xapi.validation.facts import Definition

MOST_BYTES = 256 * 1024
"""A definition that would grow beyond this stays as it is."""
_MOST_REMEMBERED = 100_000
_FIELDS = msgspec.json.Decoder(dict[str, Raw])
_MAPS = ("name", "description", "extensions")
_INTERACTION = ("correctResponsesPattern", "choices", "scale", "source", "target", "steps")
Mark = tuple[bytes, bool]
Marks = dict[tuple[int, str], Mark]
Change = tuple[Definition, bool]


class Definitions:
    """Merges the definitions of new statements; what came last counts.

    A mark is remembered only once its transaction is committed, and before the next one begins.
    """

    def __init__(self) -> None:
        self._last: Marks = {}

    def add(self, session: Session, number: int, terms: Mapping[str, int], batch: Sequence[NewStatement]) -> Marks:
        """Merges what `batch` says, in order; returns what to remember. `terms` numbers all its activities."""
        changes: dict[str, list[Change]] = {}
        marks_now: Marks = {}
        for new in batch:
            for definition in new.definitions:
                key, mark = (number, definition.activity), (definition.digest, new.only_adds)
                if (marks_now.get(key) or self._last.get(key)) != mark:
                    marks_now[key] = mark
                    changes.setdefault(definition.activity, []).append((definition, new.only_adds))
        if changes:
            _write(session, number, {terms[activity]: changes[activity] for activity in changes})
        return marks_now

    def forget(self) -> None:
        """Forgets all marks, because another process has written."""
        self._last.clear()

    def remember(self, marks_now: Marks) -> None:
        """Keeps the marks of a committed batch."""
        if len(self._last) + len(marks_now) > _MOST_REMEMBERED:
            self._last.clear()
        self._last.update(marks_now)


def merged(old: bytes | None, new: bytes, *, only_adds: bool) -> bytes:
    """The definition `old` with what `new` says, both JSON; where they differ `new` counts, unless it `only_adds`.

    Names, descriptions and extensions are merged by key. The components of an interaction belong to its type.
    """
    if old is None:
        return new
    before, after = _FIELDS.decode(old), _FIELDS.decode(new)
    weak, strong = (after, before) if only_adds else (before, after)
    if "interactionType" in strong and strong.get("interactionType") != weak.get("interactionType"):
        weak = {key: value for key, value in weak.items() if key not in _INTERACTION}
    whole = {**weak, **strong}
    for name in _MAPS:
        if name in weak and name in strong:
            both = {**_FIELDS.decode(weak[name]), **_FIELDS.decode(strong[name])}
            whole[name] = Raw(msgspec.json.encode(both))
    body = msgspec.json.encode(whole)
    return body if len(body) <= MOST_BYTES else old


def find_definitions(session: Session, number: int, activities: Iterable[str]) -> dict[str, bytes]:
    """The canonical definitions of those `activities` that have one."""
    wanted, found = kept_texts(activities), {}
    for some in chunks(wanted):
        condition, values = session.any_of("t.text", some)
        sql = (
            "SELECT t.text, a.definition FROM term t JOIN activity a ON a.term = t.id AND a.institution = t.institution"
            f" WHERE t.institution = ? AND {condition}"
        )
        found.update({wanted[text]: definition for text, definition in session.all(sql, (number, *values))})
    return found


_PUT = (
    "INSERT INTO activity (term, institution, definition) VALUES (?, ?, ?)"
    " ON CONFLICT (term) DO UPDATE SET definition = excluded.definition"
)


def _write(session: Session, number: int, changes: dict[int, list[Change]]) -> None:
    for some in chunks(sorted(changes)):
        condition, values = session.any_of("term", some)
        sql = f"SELECT term, definition FROM activity WHERE institution = ? AND {condition}"
        known: dict[int, bytes] = dict(session.all(sql, (number, *values)))
        for term in some:
            whole = known.get(term)
            for definition, only_adds in changes[term]:
                whole = merged(whole, definition.body, only_adds=only_adds)
            if whole != known.get(term):
                session.run(_PUT, (term, number, whole))
