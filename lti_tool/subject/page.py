"""The page of a person's own data: everything of `data.json` in tables that can be read and printed anywhere."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from xapi.words import translate

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b}"
    "table{border-collapse:collapse;width:100%;margin:.5rem 0 2rem;font-size:.9rem}"
    "th,td{border:1px solid #bbb;padding:.3rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}"
    "th{background:#f2f2f2}"
)
_VERB_TAIL = "/"


def page_of(made: Mapping[str, Any], language: str) -> str:
    """One page of HTML, with nothing to load, in Indonesian (`id`) or English (`en`)."""
    head_of = _headings(language)
    person = made["person"]
    parts = [
        f"<h1>{head_of('title')}</h1>",
        f"<p>{escape(str(made['institution']['name']))} · {escape(str(made['made']))}</p>",
        _facts(
            {head_of("basis"): made["legal_basis"], head_of("officer"): made["officer"] or "–"}
        ),
        _facts(
            {head_of("name"): person["name"], "NIP": ", ".join(person["nips"]) or "–",
             head_of("pseudonyms"): ", ".join(person["pseudonyms"]), head_of("frozen"): person["frozen_since"] or "–"}
        ),
    ]  # fmt: skip
    parts += [
        _section(head_of("accounts"), person["accounts"]),
        _section(head_of("employment"), person["employment"]),
        _section(head_of("credits"), made["credits"]),
        _section(head_of("reviews"), made["reviews"]),
        _section(head_of("enrolments"), made["enrolments"]),
        _section(head_of("launches"), made["launches"]),
        _section(head_of("statements"), [_short(one) for one in made["statements"]]),
        _section(head_of("documents"), [_without_content(one) for one in made["documents"]]),
        _section(head_of("attachments"), made["attachments"]),
        _section(head_of("processing"), made["processing"]),
    ]
    head = f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{head_of("title")}</title>'
    return f"{head}<style>{_STYLE}</style><body>{''.join(parts)}</body></html>"


def _short(one: Mapping[str, Any]) -> dict[str, Any]:
    """A statement in one line; all of it is in `data.json`."""
    statement = one["statement"]
    thing = statement.get("object") or {}
    return {
        "id": statement.get("id", ""),
        "time": statement.get("timestamp", one["stored"]),
        "verb": str((statement.get("verb") or {}).get("id", "")).rsplit(_VERB_TAIL, 1)[-1],
        "object": thing.get("id", "") if isinstance(thing, dict) else "",
        "source": one["source"],
    }


def _without_content(one: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in one.items() if name not in ("text", "base64")}


def _section(title: str, rows: Sequence[Mapping[str, Any]]) -> str:
    if not rows:
        return f"<h2>{title}</h2><p>–</p>"
    names = list(rows[0])
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    lines = "".join(f"<tr>{''.join(_cell(row.get(name)) for name in names)}</tr>" for row in rows)
    return f"<h2>{title} ({len(rows)})</h2><table><tr>{head}</tr>{lines}</table>"


def _facts(values: Mapping[str, object]) -> str:
    return (
        f"<table>{''.join(f'<tr><th>{escape(name)}</th>{_cell(value)}</tr>' for name, value in values.items())}</table>"
    )


def _cell(value: object) -> str:
    return f"<td>{'' if value is None else escape(str(value))}</td>"


def _headings(language: str):
    """The headings, in the reader's language."""
    known = {
        "title": translate("lti_tool", language, "Data pribadi Anda di Jampel"),
        "basis": translate("lti_tool", language, "Dasar hukum"),
        "officer": translate("lti_tool", language, "Pejabat pelindungan data pribadi"),
        "name": translate("lti_tool", language, "Nama"),
        "pseudonyms": translate("lti_tool", language, "Nama samaran di catatan belajar"),
        "frozen": translate("lti_tool", language, "Pemrosesan ditunda sejak"),
        "accounts": translate("lti_tool", language, "Akun LMS"),
        "employment": translate("lti_tool", language, "Riwayat kepegawaian"),
        "credits": translate("lti_tool", language, "Kredit JP"),
        "reviews": translate("lti_tool", language, "Hasil pemeriksaan bukti"),
        "enrolments": translate("lti_tool", language, "Tautan LMS yang pernah dibuka, dengan nilainya"),
        "launches": translate("lti_tool", language, "Peluncuran"),
        "statements": translate("lti_tool", language, "Catatan belajar (pernyataan xAPI)"),
        "documents": translate("lti_tool", language, "Keadaan terakhir di modul (lanjutkan belajar)"),
        "attachments": translate("lti_tool", language, "Lampiran"),
        "processing": translate("lti_tool", language, "Jejak pemrosesan"),
    }
    return lambda name: escape(known[name])
