"""The transcript of one person and year, for the person and for the auditor: every credit, as PDF or CSV."""

from collections.abc import Iterator
from typing import IO

from xapi.audit.paper import Line, Paper
from xapi.audit.report_columns import JP, LIMITED, Column
from xapi.audit.report_dress import Dress
from xapi.audit.report_formats import Row, cell_text, csv_of, one_line
from xapi.audit.report_pdf import NUMBER, put_letterhead, put_signature
from xapi.audit.rule_set import RuleSet
from xapi.audit.trail import Trail, TrailEntry
from xapi.audit.words import FATES, LIMITED_NOTE, LIMITED_WORD, N_, SOURCES, day_text, met, number, whole, word
from xapi.words import translate

SHOWN = (
    Column("day", N_("Tanggal"), "text", 11),
    Column("title", N_("Kegiatan"), "text", 34),
    Column("form", N_("Bentuk"), "text", 20),
    Column("source", N_("Asal bukti"), "text", 16),
    *(Column(one.key, one.header, one.kind, 10) for one in JP),
    Column("review", N_("Status"), "text", 11),
    Column("fate", N_("Perhitungan"), "text", 24),
)
EVIDENCE = (
    Column("certificate", N_("Nomor sertifikat"), "text"),
    Column("statement_id", N_("Pernyataan"), "text"),
    Column("rules", N_("Aturan"), "text"),
    Column("evidence", N_("Bukti (sha256)"), "text"),
    Column("role", N_("Peran validator"), "text"),
    Column("reviewed", N_("Waktu putusan"), "text"),
)
VALIDATOR = Column("who", N_("Validator"), "text")


def transcript_csv(trail: Trail, rules: RuleSet, language: str, *, with_validator: bool = False) -> str:
    """Each credit on a line, down to statement, rule cells, evidence hash and validator (by name only if asked)."""
    columns = (*SHOWN, *EVIDENCE, *([VALIDATOR] if with_validator else []), *([LIMITED] if trail.limited else []))
    return csv_of(columns, list(_rows(trail, rules, language)), language)


def write_transcript(trail: Trail, rules: RuleSet, target: IO[bytes], dress: Dress, language: str) -> None:
    """The transcript as PDF on A4: who, what counted, every credit, and the rules."""
    title = translate("xapi", language, "Transkrip JP tahun %(year)s", {"year": trail.year})
    paper = Paper(target, title=title, language=language, wide=True)
    put_letterhead(paper, dress)
    paper.text(Line(title.upper(), 12, bold=True, align="center"))
    paper.gap(8)
    paper.text(*(Line(text, 9.5) for text in _head(trail, language)))
    paper.gap(8)
    columns = (NUMBER, *SHOWN)
    rows = _rows(trail, rules, language)
    cells = (
        [whole(place, language), *(cell_text(column, row, language) for column in SHOWN)]
        for place, row in enumerate(rows, start=1)
    )
    totals = {column.key: trail.total(column.key) for column in JP} | {"title": translate("xapi", language, "Jumlah")}
    paper.table(columns, cells, totals=["", *(cell_text(column, totals, language) for column in SHOWN)])
    paper.gap(8)
    say = {"version": trail.rules_version, "hash": trail.rules_hash[:16]}
    paper.text(
        Line(translate("xapi", language, "Tabel aturan %(version)s (sha256 %(hash)s…).", say), 7.5),
        Line(
            translate(
                "xapi",
                language,
                "Hanya kegiatan berstatus Disetujui yang diterima; JP ditinjau menunggu LMS atau validator.",
            ),
            7.5,
        ),
    )
    put_signature(paper, dress, language)
    paper.save()


def _head(trail: Trail, language: str) -> Iterator[str]:
    say = {
        "name": one_line(trail.name),
        "nip": trail.nip or "–",
        "opd": one_line(trail.opd) or "–",
        "status": one_line(trail.status),
        "accepted": number(trail.total("accepted"), language),
        "minimum": number(trail.minimum, language),
        "met": met(trail.met, language),
        "pending": number(trail.total("pending"), language),
    }
    yield translate("xapi", language, "%(name)s, NIP %(nip)s, %(opd)s, %(status)s", say)
    yield translate(
        "xapi",
        language,
        "Diterima %(accepted)s JP dari target %(minimum)s JP: %(met)s. Masih ditinjau: %(pending)s JP.",
        say,
    )
    if trail.limited:
        yield translate("xapi", language, LIMITED_NOTE)


def _rows(trail: Trail, rules: RuleSet, language: str) -> Iterator[Row]:
    for entry in trail.entries:
        form = rules.of_year(trail.year).forms.get(entry.form)
        note = next((note for note in reversed(entry.reviews) if note.stands), None)
        yield {
            **{column.key: getattr(entry, column.key) for column in JP},
            "day": day_text(entry.day, language),
            "title": entry.title or entry.activity,
            "form": form.title(language) if form else entry.form,
            "source": word(SOURCES, entry.source, language),
            "review": entry.review,
            "fate": word(FATES, entry.fate, language),
            "certificate": entry.certificate,
            "statement_id": entry.statement_id,
            "rules": _cells(entry, trail),
            "evidence": (note.evidence if note else None) or entry.evidence,
            "role": note.role if note else None,
            "reviewed": note.at if note else None,
            "who": note.who if note else None,
            "limited": translate("xapi", language, LIMITED_WORD) if trail.limited else "",
        }


def _cells(entry: TrailEntry, trail: Trail) -> str:
    """The cells of the rules by which the credit was counted, and the version they stand in."""
    return ", ".join([*dict.fromkeys(step.cell for step in entry.steps), trail.rules_version])
