"""Finds the person whom a form means: by NIP, name or pseudonym, none of which but the last may stand in an address."""

from flask_babel import gettext as _

from lti_tool.web.context import services
from xapi.identity import looks_like_nip
from xapi.people import Employee


class Fault(Exception):
    """What was typed cannot be used; `sentence` says why, in the reader's language."""

    def __init__(self, sentence: str) -> None:
        super().__init__("typed text that cannot be used")
        self.sentence = sentence


def is_person(text: str) -> bool:
    """Whether this is a pseudonym by its form."""
    return len(text) == 32 and all(sign in "0123456789abcdef" for sign in text)


def search_person(text: str) -> tuple[str, list[Employee]]:
    """The pseudonym of whom `text` means; or several people of that name, and then no pseudonym.

    Raises Fault when there is nobody.
    """
    people = services().people
    if is_person(text):
        return text, []
    if looks_like_nip(text):
        person = people.by_nip(text)
        if person is None:
            raise Fault(_("Tidak ada pegawai dengan NIP itu."))
        return person, []
    found = people.find(text)
    if not found:
        raise Fault(_("Tidak ada pegawai dengan nama itu. Cari dengan nama, NIP, atau nama samaran."))
    return (found[0].person, []) if len(found) == 1 else ("", found)
