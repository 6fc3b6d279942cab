"""Words for people: each package's gettext catalogue, and errors as sentences in the reader's language.

Texts of pages and commands are written in Indonesian in the code and translated in `<package>/locale/en`. Errors are
written in English in the code and found in both catalogues under `error:<code>`.
"""

import gettext as stdlib_gettext
from collections.abc import Mapping
from functools import cache
from importlib import resources

from xapi.errors import JampelError
from xapi.local_times import with_times_written

LANGUAGES = ("id", "en")
DEFAULT_LANGUAGE = "id"


@cache
def catalogue(package: str, language: str) -> stdlib_gettext.NullTranslations:
    """The compiled catalogue of `package` in `language`, or an empty one when the package has none."""
    folder = resources.files(package) / "locale" / language / "LC_MESSAGES" / "messages.mo"
    if not folder.is_file():
        return stdlib_gettext.NullTranslations()
    with folder.open("rb") as file:
        return stdlib_gettext.GNUTranslations(file)


def translate(package: str, language: str, text: str, params: Mapping[str, object] | None = None) -> str:
    """`text` (Indonesian, as in the code) in `language`, its `%(name)s` filled from `params`.

    Days, and times with a zone, are written as people read them.
    """
    words = catalogue(package, language).gettext(text)
    return words % with_times_written(params, language) if params else words


def explain(error: JampelError, language: str = DEFAULT_LANGUAGE) -> str:
    """The sentence for `error`: what happened, where, and what to do next, in `language`.

    Falls back to the code and English detail when a catalogue lacks the code, so that an error is never hidden.
    """
    key = f"error:{error.code}"
    words = catalogue(error.package, language).gettext(key)
    if words == key:
        return str(error)
    return words % with_times_written(error.params, language)
