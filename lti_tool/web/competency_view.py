"""How maps of competencies are drawn: a chart for the eye, and rows for the table beside it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any

from flask import Response, abort, make_response
from flask_babel import format_date
from flask_babel import gettext as _

from lti_tool.web.charts import BAR, WIDTH, Chart, Mark, bars, name_above, shares
from lti_tool.web.context import services
from lti_tool.web.language import count, language
from xapi.audit.competencies import Held, PersonMap, Proof, Sum
from xapi.audit.competency_file import map_csv, state_word, write_map_xlsx
from xapi.audit.report_write import MEDIA_TYPES

KINDS: Mapping[str, str] = {
    "tested": "good", "learnt": "accent", "low": "wait", "expired": "wait", "pending": "wait", "missing": "bad",
}  # fmt: skip
_BADGES: Mapping[str, str] = {"good": "good", "accent": "good", "wait": "wait", "bad": "bad"}
_THICK = 9


def person_chart(found: PersonMap) -> Chart:
    """One bar for each competency that is needed: full where it is held, in part where the level is too low."""
    marks, rows = [], []
    for at, item in enumerate(found.items):
        value = _level_words(item)
        label = name_above(item.need.title, value)
        marks.append(Mark(0, at * BAR, round(WIDTH * _share(item), 1), _THICK, KINDS[item.state], label, value))
        rows.append((item.need.title, value))
    legend = [("good", _("teruji")), ("accent", _("dipelajari")), ("wait", _("belum cukup atau kedaluwarsa"))]
    head = (_("Kompetensi"), _("Keadaan"))
    return Chart("bars", _("Peta kompetensi"), max(1, len(rows)) * BAR, marks, rows, head, legend)


def _share(item: Held) -> float:
    if item.state == "low" and item.need.level:
        return (item.proof.level or 0) / item.need.level if item.proof else 0.0
    return 0.0 if item.state in ("missing", "pending") else 1.0


def _level_words(item: Held) -> str:
    """The state, and the level beside the one that is needed."""
    word = state_word(item.state, language())
    if item.need.level is None or item.proof is None or item.proof.level is None:
        return word
    return _("%(state)s, %(level)s dari %(needed)s", state=word, level=item.proof.level, needed=item.need.level)


def sums_chart(found: Sequence[Sum]) -> Chart:
    """How many of those who need a competency hold it."""
    rows = [
        (one.need.title, one.met / one.people if one.people else 0.0,
         _("%(met)s dari %(people)s", met=count(one.met), people=count(one.people)))
        for one in found
    ]  # fmt: skip
    return bars(_("Kompetensi yang dimiliki"), (_("Kompetensi"), _("Pegawai")), rows)


def spread_chart(found: Sequence[Sum]) -> Chart:
    """All needs of all people, by how far they are met."""
    parts = (
        ("good", _("Teruji"), ("tested",)),
        ("accent", _("Dipelajari"), ("learnt",)),
        ("wait", _("Kurang, kedaluwarsa, atau ditinjau"), ("low", "expired", "pending")),
        ("bad", _("Belum ada bukti"), ("missing",)),
    )
    rows = []
    for kind, label, states in parts:
        size = sum(one.by_state[state] for one in found for state in states)
        rows.append((label, size, count(size), kind))
    return shares(_("Sebaran kebutuhan kompetensi"), (_("Keadaan"), _("Jumlah")), rows)


def item_rows(found: PersonMap, address: Callable[[Proof], str]) -> list[dict[str, Any]]:
    """The rows of the table of one person; `address` leads to the evidence ("": nowhere)."""
    return [
        {
            "code": item.need.code,
            "title": item.need.title,
            "standard": item.need.standard,
            "needed": item.need.level,
            "level": item.proof.level if item.proof else None,
            "state": (_BADGES[KINDS[item.state]], state_word(item.state, language())),
            "evidence": item.proof.title or item.proof.statement_id if item.proof else "",
            "address": address(item.proof) if item.proof else "",
            "day": _day(item.proof.day) if item.proof else "",
            "until": _day(item.until) if item.until else "",
        }
        for item in found.items
    ]


def _day(day: Any) -> str:
    return format_date(day, "d MMM y", rebase=False)


def other_names(found: PersonMap) -> list[str]:
    """What the person has shown that the position does not ask for, each once."""
    return sorted({f"{one.competency}: {one.title}" if one.title else one.competency for one in found.others})


def map_file(maps: Iterable[PersonMap], kind: str) -> Response:
    """`maps` as `csv` or `xlsx`; 404 for any other kind. The name of the file names nobody."""
    if kind == "csv":
        body = map_csv(maps, language()).encode()
    elif kind == "xlsx":
        paper = BytesIO()
        write_map_xlsx(maps, paper, language(), services().today)
        body = paper.getvalue()
    else:
        abort(404)
    answer = make_response(body)
    answer.headers["Content-Type"] = MEDIA_TYPES[kind]
    answer.headers["Content-Disposition"] = f'attachment; filename="peta-kompetensi.{kind}"'
    return answer
