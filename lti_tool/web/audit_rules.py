"""The JP rules in use, and how a layer is checked, compared, tried and adopted; adopting is an administrator's."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lti_tool.rule_desk import adopt, faults_with, layer_files, rules_of, uploaded, with_layer
from lti_tool.web.context import services
from lti_tool.web.figures import chosen_year, years
from lti_tool.web.language import language
from lti_tool.web.session import keep_to, only, staff_name
from lti_tool.web.task_pages import start
from xapi.audit.rule_compare import Difference, compare
from xapi.audit.rule_set import RuleSet
from xapi.audit.rule_trial import Trial, try_rules
from xapi.audit.rule_words import facts
from xapi.errors import JampelError
from xapi.words import explain

blueprint = Blueprint("audit_rules", __name__, url_prefix="/audit/aturan")
keep_to(blueprint, "auditor", "admin")
MOST_BYTES = 256 * 1024
MOST_STATEMENTS = 20_000  # a page may count these while a person waits; more is a command's work
SHOWN = 200


class Tried(msgspec.Struct):
    """What became of an uploaded layer: what is wrong with it, or what it would change."""

    name: str
    text: str = ""
    problems: list[str] = []
    label: str = ""
    differences: tuple[Difference, ...] = ()
    trial: Trial | None = None


@blueprint.get("/")
def page() -> str:
    """The cells in effect at the end of the year, those that no rule settles first."""
    return _page()


def _page(tried: Tried | None = None) -> str:
    year = chosen_year()
    rules = rules_of(services().settings)
    edition = rules.of_year(year)
    meanings = facts(edition, language())
    cells = [
        {"cell": cell, "words": meanings.get(cell.path, cell.value), "note": cell.remark(language())}
        for cell in edition.cells
    ]
    return render_template(
        "audit_rules.html",
        year=year,
        years=years(),
        version=edition.version,
        hash=rules.hash,
        layers=[path.name for path in layer_files(services().settings)],
        opened=[row for row in cells if row["cell"].unconfirmed],  # type: ignore[attr-defined]
        settled=[row for row in cells if not row["cell"].unconfirmed],  # type: ignore[attr-defined]
        sources=rules.sources,
        tried=tried,
        shown=SHOWN,
    )


@blueprint.post("/coba")
def attempt() -> Response:
    """Checks the uploaded layer, compares it with the rules in use and tries it on the year."""
    file = request.files.get("berkas")
    name = (file.filename if file else "") or "lapisan.toml"
    data = file.stream.read(MOST_BYTES + 1) if file else b""
    tried = _tried(name, data)
    return make_response(_page(tried), 400 if tried.problems else 200)


def _tried(name: str, data: bytes) -> Tried:
    if not data:
        return Tried(name, problems=[_("Pilih berkas lapisan aturan (TOML).")])
    if len(data) > MOST_BYTES:
        problem = _("Berkas lebih besar daripada 256 kB. Sebuah lapisan hanya memuat sel yang berbeda.")
        return Tried(name, problems=[problem])
    settings = services().settings
    with uploaded(data, name) as path:
        if faults := faults_with(settings, path):
            return Tried(name, problems=[explain(error, language()) for error in faults])
        after = rules_of(settings, with_layer(settings, path))
        before = rules_of(settings)
        return Tried(
            name,
            text=path.read_text(encoding="utf-8-sig"),
            label=after.of_year(chosen_year()).version,
            differences=compare(before, after, language()),
            trial=_trial(before, after),
        )


def _trial(before: RuleSet, after: RuleSet) -> Trial | None:
    """The year under both rules; None where there is too much to count while a person waits."""
    here = services()
    if here.ledger.cursor() > MOST_STATEMENTS:
        return None
    sources: Any = (here.institution.id, here.statements, here.people)
    with TemporaryDirectory(prefix="jampel-") as folder:
        return try_rules(before, after, chosen_year(), sources=sources, scratch=Path(folder))


@blueprint.post("/uji")
def attempt_in_full() -> Response:
    """Has the worker try a layer that was checked on all statements; a file tells who would change."""
    name, text = request.form.get("nama", "")[:200], request.form.get("isi", "")[:MOST_BYTES]
    with uploaded(text.encode(), name) as path:
        if faults := faults_with(services().settings, path):
            problems = [explain(error, language()) for error in faults]
            return make_response(_page(Tried(name, problems=problems)), 400)
        name = path.name
    here = services()
    here.house.log.add(here.clock(), staff_name(), "audit.rules_try", name)
    return start("rules", {"year": str(chosen_year()), "name": name, "text": text})


@blueprint.post("/pakai")
@only("admin")
def use() -> Response:
    """Takes the layer that was tried into use, writes the log and counts anew."""
    name, text = request.form.get("nama", ""), request.form.get("isi", "")
    here = services()
    try:
        with uploaded(text.encode()[: MOST_BYTES + 1], name) as path:
            label = adopt(here.settings, path)
    except JampelError as error:
        return make_response(_page(Tried(name, problems=[explain(error, language())])), 400)
    here.house.log.add(here.clock(), staff_name(), "audit.rules", label)
    flash(_("Lapisan %(layer)s dipakai. Semua JP dihitung ulang.", layer=label), "good")
    if here.ledger.cursor() > MOST_STATEMENTS:
        return start("recount", {"layer": label})
    here.rules = rules_of(here.settings)
    here.bring_ledger_up_to_date()
    return make_response(redirect(url_for("audit_rules.page", tahun=chosen_year()), 303))
