"""A learner's own JP of a year, reached from a module: no account, no password, nobody else's figures."""

from collections.abc import Mapping, Sequence
from datetime import date

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for

from lti_tool.web.context import services
from lti_tool.web.evidence_file import certificate, evidence_of, has_file
from lti_tool.web.figures import chosen_year, is_projected, years
from lti_tool.web.own_year import month_chart, newest_first, own_year
from lti_tool.web.senders import is_from_elsewhere
from lti_tool.web.session import LEARNER_BY_SIGN_ON, forget_learner, learner, remember_learner
from lti_tool.web.sign_on import left, provider_logout
from lti_tool.web.transcripts import transcript
from xapi.audit.people import Employee
from xapi.audit.trail import Trail, TrailEntry, trail_of_person
from xapi.errors import AuditError

blueprint = Blueprint("saya", __name__, url_prefix="/saya")


@blueprint.post("/masuk")
def enter() -> Response:
    """Starts a learner session for the holder of a launch token, which only the page of that launch has.

    The form posts the token, so it is in no address, history or log. Another site could send the token of its own
    learner through somebody else's browser, who would then read, or answer for, a stranger's JP: when
    the form comes from no page of ours, they are asked first, by name.
    """
    token = request.form.get("token", "")[:200]
    principal = services().credentials.authenticate_token(token, services().clock())
    if principal is None or principal.grant is None or principal.institution != services().institution.id:
        return make_response(render_template("my_jp_closed.html"), 401)
    account = principal.grant.actor.get("account")
    person = account.get("name") if isinstance(account, dict) else None
    if not isinstance(person, str):
        abort(401)
    if is_from_elsewhere() and learner() != person:
        employee = services().people.employee(services().people.canonical().get(person, person))
        return make_response(render_template("my_jp_ask.html", token=token, name=employee.name if employee else ""))
    remember_learner(person)
    return make_response(redirect(url_for("saya.page"), 303))


@blueprint.post("/keluar")
def leave() -> Response:
    """Ends the learner session; who came by a single sign-on is shown the way out there too."""
    onward = provider_logout(LEARNER_BY_SIGN_ON)
    forget_learner()
    return left(onward)


@blueprint.get("/")
def page() -> Response:
    """The year of the person whose session this is."""
    alias = learner()
    if alias is None:
        return make_response(render_template("my_jp_closed.html"), 401)
    year = chosen_year()
    person = services().people.canonical().get(alias, alias)
    employee = services().people.employee(person)
    if not is_projected():
        return _year_page(year, [year], None, employee)
    found: Trail | None = None
    loose: tuple[Mapping[str, object], ...] = ()
    try:
        found = trail_of_person(services().ledger, services().people, person, year)
    except AuditError:  # not on the roster of the year: the credits are shown, but nobody can say what they must reach
        loose = tuple(row for row in services().ledger.credits_of(person, year) if row["standing"])
    return _year_page(year, years(), found, employee, loose)


def _year_page(
    year: int,
    choices: list[int],
    found: Trail | None,
    employee: Employee | None,
    loose: Sequence[Mapping[str, object]] = (),
) -> Response:
    today = services().today
    view = {
        "year": year,
        "years": choices,
        "trail": found,
        "loose": loose,
        "person": employee,
        "last_day": date(year, 12, 31),
        "today": today,
    }
    if found is not None:
        view |= {"own": own_year(found, today), "chart": month_chart(found), "entries": newest_first(found)}
    return make_response(render_template("my_jp.html", **view))


@blueprint.get("/transkrip.<kind>")
def download(kind: str) -> Response:
    """The learner's own transcript of the year as PDF or CSV."""
    alias = learner()
    if alias is None:
        return make_response(render_template("my_jp_closed.html"), 401)
    person = services().people.canonical().get(alias, alias)
    try:
        found = trail_of_person(services().ledger, services().people, person, chosen_year())
    except AuditError:
        abort(404)
    return transcript(found, kind, sealed="segel" in request.args)


@blueprint.get("/bukti/<uuid:statement>")
def evidence(statement: object) -> str:
    """One credit of the learner in plain words: what it was, how it was counted, who decided."""
    found, entry = _own_credit(statement)
    year = chosen_year()
    address = url_for("saya.evidence_file", statement=entry.statement_id, tahun=year) if has_file(entry) else ""
    return render_template(
        "my_evidence.html", entry=entry, year=year, trail=found, digest=evidence_of(entry), file_url=address
    )


@blueprint.get("/bukti/<uuid:statement>/berkas")
def evidence_file(statement: object) -> Response:
    """The learner's own certificate of one credit."""
    return certificate(_own_credit(statement)[1])


def _own_credit(statement: object) -> tuple[Trail, TrailEntry]:
    """The credit of that statement, if it is the learner's own in the chosen year, and the trail that it stands in."""
    alias = learner()
    if alias is None:
        abort(401)
    person = services().people.canonical().get(alias, alias)
    try:
        found = trail_of_person(services().ledger, services().people, person, chosen_year())
    except AuditError:
        abort(404)
    entry = next((entry for entry in found.entries if entry.statement_id == str(statement)), None)
    if entry is None:
        abort(404)
    return found, entry
