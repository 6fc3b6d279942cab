"""Keeps the gettext catalogues true: `python -m tools.words` collects, merges and compiles them (make words)."""

import ast
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
PACKAGES = ("xapi", "scorm_packager", "adapters", "lti_tool")
LANGUAGES = ("id", "en")
ERROR = "error:"
GETTEXT = {
    **dict.fromkeys(("_", "gettext", "lazy_gettext", "N_", "say", "words")),
    "ngettext": (1, 2),
}
CODED = ("Error", "Refused", "Problem", "Finding", "Fault", "finding", "warning")
NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)  # a real one would change the compiled file at each run
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%%|\{(\w+)(?:![rs])?\}")


def catalogue_path(package: str, language: str) -> Path:
    """Where the catalogue of `package` in `language` lies."""
    return ROOT / package / "locale" / language / "LC_MESSAGES" / "messages.po"


def texts_in(package: str) -> set[str]:
    """The Indonesian texts for people in the code and templates of `package`."""
    found: set[str] = set()
    for path in sorted((ROOT / package).rglob("*.py")):
        source = path.read_bytes()
        found |= _messages("python", source) | set(_translate_calls(source))
    for path in sorted((ROOT / package).rglob("templates/**/*.html")):
        found |= _messages("jinja2", path.read_bytes())
    return found


def _messages(method: str, source: bytes) -> set[str]:
    method = "jinja2.ext:babel_extract" if method == "jinja2" else method
    found: set[str] = set()
    options = {"silent": "false"} if "jinja2" in method else {}
    for _line, message, _comments, _context in extract(method, BytesIO(source), GETTEXT, options=options):
        found |= {message} if isinstance(message, str) else {part for part in message if part}
    return {message for message in found if message}


def _translate_calls(source: bytes) -> Iterator[str]:
    """The texts of `translate(package, language, "text", …)` of xapi.words."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and _called(node) == "translate" and len(node.args) > 2:
            text = node.args[2]
            if isinstance(text, ast.Constant) and isinstance(text.value, str):
                yield text.value


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def codes_in(package: str) -> set[str]:
    """The error codes that the code of `package` raises or names, as catalogue keys.

    A code is the string literal that begins a call whose name ends in one of CODED, or a literal that starts with
    `error:` (for tables of codes).
    """
    found: set[str] = set()
    for path in sorted((ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Call) and _called(node).endswith(CODED):
                found |= set(_first_code(node))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith(ERROR):
                found.add(node.value)
    return {code for code in found if re.fullmatch(r"error:[a-z0-9_]+(\.[a-z0-9_]+)+", code)}


def _first_code(node: ast.Call) -> Iterator[str]:
    for argument in node.args[:2]:
        for part in ast.walk(argument):
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                yield ERROR + part.value


def read_catalogue(package: str, language: str) -> Catalog:
    """The catalogue of `package` in `language`, or an empty one."""
    path = catalogue_path(package, language)
    return _read(path) if path.exists() else Catalog(locale=language)


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, ignore_obsolete=True, abort_invalid=True)


def compiled(catalogue: Catalog) -> bytes:
    """The bytes of the `.mo` file of `catalogue`."""
    catalogue.creation_date = catalogue.revision_date = NO_DATE
    buffer = BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def placeholders(text: str | tuple[str, ...]) -> set[str]:
    """The names that `%(name)s` or `{name}` in `text` (or its plural forms) wait for."""
    texts = (text,) if isinstance(text, str) else text
    found = (match for part in texts for match in PLACEHOLDER.finditer(part))
    return {match.group(1) or match.group(2) for match in found} - {None}


def write(package: str, language: str) -> list[str]:
    """Writes and compiles one catalogue without what is no longer used; returns the keys that still lack words."""
    wanted = codes_in(package) | (texts_in(package) if language == "en" else set())
    old = read_catalogue(package, language)
    new = Catalog(locale=language, project="Jampel", charset="utf-8", fuzzy=False)
    new.header_comment = f"# Words of {package}."
    missing = []
    known = {_singular(message.id): message for message in old if message.id}
    for key in sorted(wanted):
        if key in known and known[key].string:
            new.add(known[key].id, known[key].string)
        else:
            missing.append(key)
    path = catalogue_path(package, language)
    if not wanted:
        return []
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, new, sort_output=True, width=0, omit_header=False, ignore_obsolete=True)
    path.write_text(_without_dates(path.read_text(encoding="utf-8")), encoding="utf-8")
    path.with_suffix(".mo").write_bytes(compiled(_read(path)))
    return missing


def _singular(identifier: object) -> str:
    return identifier[0] if isinstance(identifier, tuple | list) else str(identifier)


def _without_dates(text: str) -> str:
    """Dates and tool versions in headers would change the file at each run."""
    return "".join(
        line
        for line in text.splitlines(keepends=True)
        if not re.match(r'"(POT-|PO-|Last-|Generated|Language-Team)', line)
    )


def main() -> int:
    """Writes every catalogue; exit 1 names what still lacks words."""
    lacking = 0
    for package in PACKAGES:
        for language in LANGUAGES:
            for key in write(package, language):
                print(f"{package} [{language}]: {key!r}")
                lacking += 1
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
