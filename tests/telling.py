"""Tells Indonesian and English apart by the words that every few sentences need."""

import re

_WORDS = {
    "id": "yang dan untuk dengan tidak belum sudah dari ini itu atau akan oleh pada adalah dapat bila agar supaya "
          "sampai hanya semua lebih paling harus jika ada anda kami setiap lalu lagi masih tanpa juga",
    "en": "the and with not yet from this that these or will by is are can if so until only all more most must "
          "there you your every then again still without also of for was were has have been",
}  # fmt: skip
#: Words of everyday sentences that the other language has not, by the language they belong to.
TELLING = {language: frozenset(text.split()) for language, text in _WORDS.items()}
#: What stands in a text as in a program: between quotes, addresses, codes, options, values that are filled in.
AS_IN_PROGRAMS = re.compile(
    r"“[^”]*”|\"[^\"]*\"|'[^']*'|https?://\S+|\b\w+(?:\.\w+)+|%\(\w+\)s|\{[^}]*\}|--[\w-]+|\b[A-Z]{2}-[A-Z]{2}\b"
)


def heard(text: str, language: str) -> set[str]:
    """The words of `text` that tell that it is in `language`."""
    return TELLING[language] & set(re.findall(r"\b[a-z]+\b", AS_IN_PROGRAMS.sub(" ", text).lower()))
