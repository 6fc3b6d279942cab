"""Reads `modul.toml`: what a module is, strictly, with the line of every fault."""

import difflib
import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from scorm_packager.findings import Finding, Findings
from scorm_packager.forms import FORMS
from scorm_packager.source.question_rules import QuestionRules, read_rules
from scorm_packager.source.recordings import Place

SETTINGS_FILE = "modul.toml"
REQUIRED = ("id", "judul", "versi", "jp", "bentuk", "instansi")
OPTIONAL = (
    "kompetensi",
    "kode_kompetensi",
    "standar",
    "kelulusan",
    "bahasa",
    "penulis",
    "lisensi",
    "deskripsi",
    "menit",
    "iri",
    "halaman",
    "tonton",
    "soal",
)
MOST_JP = 1000
LONGEST_TEXT = 4000
LONGEST_TITLE = 200
ID = re.compile(r"[a-z0-9-]{3,64}")
VERSION = re.compile(r"\d{1,5}\.\d{1,5}\.\d{1,5}")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
IRI = re.compile(r"https?://[^\s<>\"{}|\\^`]{3,500}")
SHAPES = {  # key -> what its text must look like, and the code when it does not
    "id": (ID, "error:module.id_bad"),
    "versi": (VERSION, "error:module.version_bad"),
    "bahasa": (LANGUAGE, "error:module.language_bad"),
    "iri": (IRI, "error:module.iri_bad"),
}
TOML_LINE = re.compile(r"at line (\d+)")
#: The parser's time for one key grows with the square of its parts, which are told apart by dots. Those in texts and
#: comments tell nothing apart, and numbers have one.
MOST_DOTS = 1000
TEXTS = re.compile(
    r'"""(?:\\.|[^\\]|\\\Z)*?(?:"""|\Z)|\'\'\'.*?(?:\'\'\'|\Z)|"(?:\\.|[^"\\\n])*"?|\'[^\'\n]*\'?|#[^\n]*', re.DOTALL
)


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """`modul.toml` as values: `jp` in hundredths, `mastery` and `watch` in percent, `minutes` None when not given."""

    id: str
    title: str
    version: str
    jp: int
    bentuk: str
    institution: str
    competency: str = ""
    competency_code: str = ""
    standard: str = ""
    mastery: int | None = None
    language: str = "id"
    authors: tuple[str, ...] = ()
    licence: str = ""
    description: str = ""
    minutes: int | None = None
    iri: str | None = None
    pages: tuple[str, ...] | None = None
    watch: int | None = None
    rules: QuestionRules = QuestionRules()
    lines: dict[str, int] = {}  # where each key is set, for what is found out later

    def line(self, key: str) -> int:
        """The line of `modul.toml` where `key` is set, or 1."""
        return self.lines.get(key, 1)


def read_settings(text: str, findings: Findings) -> Settings | None:
    """The settings in `text`, or None when a fault (now in `findings`) leaves them unusable."""
    try:
        if TEXTS.sub("", text).count(".") > MOST_DOTS:
            raise ValueError("too many dots")
        table = tomllib.loads(text, parse_float=Decimal)
    except (tomllib.TOMLDecodeError, ValueError, RecursionError) as broken:
        match = TOML_LINE.search(str(broken))
        line = int(match.group(1)) if match else text.count("\n") + 1
        reason = TOML_LINE.split(str(broken))[0].rstrip(" (")
        findings.add(Finding("module.toml_broken", file=SETTINGS_FILE, line=line, params={"reason": reason}))
        return None
    return _Reader(table, text, findings).read()


class _Reader:
    """Takes each key from the table once and notes what is wrong with it."""

    def __init__(self, table: Mapping[str, Any], text: str, findings: Findings) -> None:
        self.table = table
        self.lines = text.splitlines()
        self.findings = findings
        self.bad = False

    def read(self) -> Settings | None:
        self._refuse_unknown_keys()
        for key in REQUIRED:
            if key not in self.table:
                self._fault(Finding("module.key_missing", file=SETTINGS_FILE, line=1, params={"key": key}))
        values: dict[str, Any] = {
            "id": self._text("id"),
            "title": self._text("judul", longest=LONGEST_TITLE),
            "version": self._text("versi"),
            "jp": self._jp(),
            "bentuk": self._form(),
            "institution": self._text("instansi", longest=LONGEST_TITLE),
            "competency": self._text("kompetensi", default=""),
            "competency_code": self._text("kode_kompetensi", default="", longest=LONGEST_TITLE),
            "standard": self._text("standar", default="", longest=LONGEST_TITLE),
            "mastery": self._whole("kelulusan", 0, 100),
            "language": self._text("bahasa", default="id"),
            "authors": self._texts("penulis") or (),
            "licence": self._text("lisensi", default=""),
            "description": self._text("deskripsi", default=""),
            "minutes": self._whole("menit", 1, 60 * MOST_JP),
            "iri": self._text("iri"),
            "pages": self._texts("halaman"),
            "watch": self._whole("tonton", 1, 100),
            "rules": self._rules(),
            "lines": {key: self.line_of(key) for key in self.table},
        }
        return None if self.bad else Settings(**values)

    def line_of(self, key: str) -> int:
        """The line (from 1) where `key` is set, or 1."""
        pattern = re.compile(rf"""\s*\[*\s*["']?{re.escape(key)}["']?\s*[=.\]]""")
        return next((number for number, line in enumerate(self.lines, 1) if pattern.match(line)), 1)

    def _fault(self, finding: Finding) -> None:
        self.findings.add(finding)
        self.bad = True

    def _refuse_unknown_keys(self) -> None:
        known = [*REQUIRED, *OPTIONAL]
        for key in sorted(set(self.table) - set(known)):
            line = self.line_of(key)
            close = difflib.get_close_matches(key.lower(), known, 1)
            if close:
                self._fault(
                    Finding(
                        "module.key_unknown_close",
                        file=SETTINGS_FILE,
                        line=line,
                        params={"key": key, "meant": close[0]},
                    )
                )
            else:
                self._fault(
                    Finding(
                        "module.key_unknown",
                        file=SETTINGS_FILE,
                        line=line,
                        params={"key": key, "known": ", ".join(known)},
                    )
                )

    def _text(self, key: str, *, default: str | None = None, longest: int = LONGEST_TEXT) -> str | None:
        pattern, code = SHAPES.get(key, (None, ""))
        if key not in self.table:
            return default
        value = self.table[key]
        if (
            not isinstance(value, str)
            or not (value.strip() or default is not None)
            or not value.replace("\n", " ").isprintable()
        ):
            self._fault(Finding("module.not_text", file=SETTINGS_FILE, line=self.line_of(key), params={"key": key}))
            return default
        if len(value) > longest:
            self._fault(
                Finding(
                    "module.text_long", file=SETTINGS_FILE, line=self.line_of(key), params={"key": key, "most": longest}
                )
            )
        elif pattern and not pattern.fullmatch(value):
            self._fault(
                Finding(
                    code.removeprefix("error:"),
                    file=SETTINGS_FILE,
                    line=self.line_of(key),
                    params={"value": value[:80]},
                )
            )
        return value.strip() if key == "deskripsi" else " ".join(value.split())

    def _texts(self, key: str) -> tuple[str, ...] | None:
        if key not in self.table:
            return None
        value = self.table[key]
        if not isinstance(value, list) or not value or not all(isinstance(part, str) and part for part in value):
            self._fault(Finding("module.not_texts", file=SETTINGS_FILE, line=self.line_of(key), params={"key": key}))
            return None
        return tuple(value)

    def _whole(self, key: str, least: int, most: int) -> int | None:
        value = self.table.get(key)
        if value is None:
            return None
        if isinstance(value, Decimal) and value.is_finite() and abs(value) <= most and value == int(value):
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            self._fault(
                Finding(
                    "module.not_whole",
                    file=SETTINGS_FILE,
                    line=self.line_of(key),
                    params={"key": key, "least": least, "most": most},
                )
            )
            return None
        return value

    def _rules(self) -> QuestionRules:
        """The table `[soal]`; a fault in it leaves the settings unusable."""
        faults = Findings()
        rules = read_rules(self.table.get("soal", {}), Place(SETTINGS_FILE, self.line_of("soal")), faults)
        for fault in faults.all():
            self._fault(fault)
        return rules

    def _jp(self) -> int | None:
        value = self.table.get("jp")
        if value is None:
            return None
        finite = (isinstance(value, int) and not isinstance(value, bool)) or (
            isinstance(value, Decimal) and value.is_finite()
        )
        if finite and 0 < value <= MOST_JP:
            hundredths = Decimal(value) * 100
            if hundredths == int(hundredths):
                return int(hundredths)
        self._fault(Finding("module.jp_bad", file=SETTINGS_FILE, line=self.line_of("jp"), params={"most": MOST_JP}))
        return None

    def _form(self) -> str | None:
        value = self._text("bentuk")
        if value is not None and value not in FORMS:
            close = difflib.get_close_matches(value.lower(), FORMS, 1, cutoff=0.3)
            self._fault(
                Finding(
                    "module.form_unknown",
                    file=SETTINGS_FILE,
                    line=self.line_of("bentuk"),
                    params={
                        "value": value[:80],
                        "meant": close[0] if close else "e-learning",
                        "known": ", ".join(FORMS),
                    },
                )
            )
        return value
