"""Small numbers for the texts that filters compare: agents, verbs, activities, registrations, and institutions."""

import hashlib
from collections.abc import Iterable, Mapping

from xapi.lrs.store.session import Session, Shape, chunks

MOST_REMEMBERED = 60_000
LONGEST = 800  # bytes; an index row of PostgreSQL holds 2,704, and the key of a document has three such texts
_TERM = Shape("term", ("institution", "text"), ("int4", "text"))


def term_text(text: str) -> str:
    """`text` as `term` keeps it: a very long one, or one with a NUL, as its digest.

    An IRI or an identifier of an agent has no space before its first colon, so none is taken for such a digest.
    """
    if len(text) <= LONGEST // 4 and "\0" not in text:
        return text
    body = text.encode("utf-8", "surrogatepass")
    return text if len(body) <= LONGEST and b"\0" not in body else f"sha256 {hashlib.sha256(body).hexdigest()}"


class Terms:
    """Numbers of texts, remembered in the process. A number is remembered only once its transaction is committed."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._terms: dict[int, dict[str, int]] = {}  # of each institution
        self._size = 0

    def institution(self, session: Session, institution: str) -> int | None:
        """The number of `institution`, or None when nothing was ever stored for it."""
        number = self._numbers.get(institution)
        if number is None:
            row = session.one("SELECT number FROM institution WHERE institution = ?", (institution,))
            if row:
                number = self._numbers[institution] = row[0]
        return number

    def find(self, session: Session, number: int, text: str) -> int | None:
        """The number of `text` in the institution, or None when no statement has it."""
        known = self._terms.get(number, _NOTHING).get(text)
        if known is None:
            row = session.one("SELECT id FROM term WHERE text = ? AND institution = ?", (term_text(text), number))
            known = row[0] if row else None
        return known

    def add_institution(self, session: Session, institution: str) -> int:
        """The number of `institution`, given now when it has none; inside a write transaction."""
        number = self._numbers.get(institution)
        if number is not None:
            return number
        row = session.one("SELECT number FROM institution WHERE institution = ?", (institution,))
        if row is None:
            row = session.one("INSERT INTO institution (institution) VALUES (?) RETURNING number", (institution,))
        return int(row[0]) if row else 0

    def add(self, session: Session, number: int, texts: set[str]) -> Mapping[str, int]:
        """The numbers of `texts` (and perhaps of others), given now to those that have none.

        Inside a write transaction.
        """
        remembered = self._terms.get(number, _NOTHING)
        unknown = texts.difference(remembered)
        if not unknown:
            return remembered
        known = {text: remembered[text] for text in texts if text in remembered}
        missing = {term_text(text): text for text in sorted(unknown)}
        known |= _select(session, number, missing)
        new = [(number, kept) for kept, text in missing.items() if text not in known]
        if new:
            session.insert(_TERM, new)
            known |= _select(session, number, {kept: missing[kept] for _, kept in new})
        return known

    def remember(self, institution: str, number: int, terms: Mapping[str, int]) -> None:
        """Keeps numbers for later; call it after the commit, because a rollback takes them back."""
        self._numbers[institution] = number
        mine = self._terms.setdefault(number, {})
        if terms is mine:
            return
        if self._size + len(terms) > MOST_REMEMBERED:
            self._terms = {number: (mine := {})}
            self._size = 0
        before = len(mine)
        mine.update(terms)
        self._size += len(mine) - before


_NOTHING: dict[str, int] = {}


def _select(session: Session, number: int, missing: dict[str, str]) -> dict[str, int]:
    """The numbers of the texts that `missing` has under what `term` keeps of them."""
    found: dict[str, int] = {}
    for some in chunks(missing):
        condition, values = session.any_of("text", some)
        rows = session.all(f"SELECT text, id FROM term WHERE institution = ? AND {condition}", (number, *values))
        found.update({missing[kept]: term for kept, term in rows})
    return found


def kept_texts(texts: Iterable[str]) -> dict[str, str]:
    """`texts` by what `term` keeps of them."""
    return {term_text(text): text for text in texts}
