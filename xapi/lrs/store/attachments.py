"""The contents of attachments, each once for an institution however many statements have it (Data 2.4.11)."""

from collections.abc import Collection, Mapping

from xapi.lrs.store.session import Session, chunks


def add_contents(session: Session, number: int, contents: Mapping[str, bytes]) -> None:
    """Keeps `contents`, by their SHA-2 in hex, lower case; inside a write transaction."""
    sql = "INSERT INTO attachment (institution, sha2, content) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
    for sha2 in sorted(contents):
        session.run(sql, (number, sha2, contents[sha2]))


def content_sizes(session: Session, number: int, sha2s: Collection[str]) -> dict[str, int]:
    """The bytes of those contents that are kept."""
    return _select(session, number, "length(content)", sha2s)


def find_contents(session: Session, number: int, sha2s: Collection[str]) -> dict[str, bytes]:
    """Those contents that are kept."""
    return _select(session, number, "content", sha2s)


def _select(session: Session, number: int, column: str, sha2s: Collection[str]) -> dict:
    found: dict = {}
    for some in chunks(sha2s):
        condition, values = session.any_of("sha2", some)
        sql = f"SELECT sha2, {column} FROM attachment WHERE institution = ? AND {condition}"
        found.update(session.all(sql, (number, *values)))
    return found
