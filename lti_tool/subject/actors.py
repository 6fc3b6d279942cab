"""How a person is named in the LRS: by the pseudonyms of the people store, as accounts of the institution."""

from collections.abc import Iterable

from xapi.vocabulary import JAMPEL


def home_page_of(institution: str) -> str:
    """The home page of the institution's pseudonyms."""
    return f"{JAMPEL}instansi/{institution}"


def agents_of(institution: str, pseudonyms: Iterable[str]) -> list[str]:
    """The identifiers by which the LRS knows these pseudonyms (see `account_ifi`)."""
    return [f"account:{home_page_of(institution)} {one}" for one in pseudonyms]


def pseudonym_in(institution: str, agent: str) -> str | None:
    """The pseudonym in an identifier, None when it is none of the institution's."""
    start = f"account:{home_page_of(institution)} "
    return agent.removeprefix(start) if agent.startswith(start) else None
