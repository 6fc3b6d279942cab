"""Small numbers for the texts that filters compare: agents, verbs, activities, registrations, and institutions."""

from collections.abc import Iterable, Iterator
from itertools import islice
from sqlite3 import Connection

MOST_REMEMBERED = 200_000
_AT_ONCE = 500
Key = tuple[int, str]


class Terms:
    """Numbers of texts, remembered in the process. A number is remembered only once its transaction is committed."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._terms: dict[Key, int] = {}

    def institution(self, database: Connection, institution: str) -> int | None:
        """The number of `institution`, or None when nothing was ever stored for it."""
        number = self._numbers.get(institution)
        if number is None:
            row = database.execute("SELECT number FROM institution WHERE institution = ?", (institution,)).fetchone()
            number = row[0] if row else None
        return number

    def find(self, database: Connection, number: int, text: str) -> int | None:
        """The number of `text` in the institution, or None when no statement has it."""
        known = self._terms.get((number, text))
        if known is None:
            row = database.execute("SELECT id FROM term WHERE text = ? AND institution = ?", (text, number)).fetchone()
            known = row[0] if row else None
        return known

    def add_institution(self, database: Connection, institution: str) -> int:
        """The number of `institution`, given now when it has none; inside a write transaction."""
        number = self.institution(database, institution)
        if number is None:
            cursor = database.execute("INSERT INTO institution (institution) VALUES (?)", (institution,))
            number = int(cursor.lastrowid or 0)
        return number

    def add(self, database: Connection, number: int, texts: set[str]) -> dict[str, int]:
        """The numbers of `texts`, given now to those that have none; inside a write transaction."""
        known = {text: self._terms[number, text] for text in texts if (number, text) in self._terms}
        missing = sorted(texts - known.keys())
        for some in chunks(missing, _AT_ONCE):
            known.update(_select(database, number, some))
        new = [(number, text) for text in missing if text not in known]
        if new:
            database.executemany("INSERT INTO term (institution, text) VALUES (?, ?)", new)
            for some in chunks([text for _, text in new], _AT_ONCE):
                known.update(_select(database, number, some))
        return known

    def remember(self, institution: str, number: int, terms: dict[str, int]) -> None:
        """Keeps numbers for later; call it after the commit, because a rollback takes them back."""
        if len(self._terms) + len(terms) > MOST_REMEMBERED:
            self._terms.clear()
        self._numbers[institution] = number
        self._terms.update({(number, text): term for text, term in terms.items()})


def chunks(values: Iterable, size: int) -> Iterator[list]:
    """`values` in lists of at most `size`."""
    rest = iter(values)
    while some := list(islice(rest, size)):
        yield some


def marks(count: int) -> str:
    """`count` question marks for an IN list."""
    return ",".join("?" * count)


def _select(database: Connection, number: int, texts: list[str]) -> list[tuple[str, int]]:
    sql = f"SELECT text, id FROM term WHERE institution = ? AND text IN ({marks(len(texts))})"
    return database.execute(sql, (number, *texts)).fetchall()
