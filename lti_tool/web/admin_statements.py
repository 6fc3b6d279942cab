"""The statement browser: finds statements, shows one with all that hangs on it, and voids it for a reason."""

import mimetypes
from collections.abc import Sequence
from uuid import UUID

import msgspec
from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lti_tool.browse.export import FORMS
from lti_tool.browse.find import MOST_LOOKED, Found, find
from lti_tool.browse.rows import Attachment, Reading, read
from lti_tool.browse.texts import shown, shown_json
from lti_tool.browse.void import find_one, require_voidable, void
from lti_tool.errors import ToolError
from lti_tool.web import statement_filter as filters
from lti_tool.web.addresses import row_number
from lti_tool.web.admin import note
from lti_tool.web.context import services
from lti_tool.web.forms import VoidForm
from lti_tool.web.headers import FILE_POLICY
from lti_tool.web.language import language
from lti_tool.web.session import keep_to, staff_name
from lti_tool.web.statement_words import Line, Named, Names, agent, amount, in_words, lines, result, verb, verbs
from xapi.lrs.principal import SOURCES
from xapi.lrs.store import StoredStatement
from xapi.lrs.store.references import Reference
from xapi.people import Employee
from xapi.vocabulary import EXT_VOID_REASON
from xapi.words import explain

blueprint = Blueprint("admin_statements", __name__, url_prefix="/admin/pernyataan")
keep_to(blueprint, "admin")
MOST_JSON = 100_000  # signs on a page; the whole can be downloaded
REFERRING = 20
#: Kinds of files whose ending a download may have; any other is saved as bytes.
SAFE_TYPES = ("application/pdf", "image/png", "image/jpeg", "text/plain", "application/zip", "video/mp4", "audio/mpeg")


@blueprint.get("/")
def page() -> Response:
    """The statements that fit the filter in the address, newest first."""
    values = filters.values_of(request.args)
    try:
        wanted, before = filters.wanted_of(values), filters.before()
    except filters.Fault as fault:
        return make_response(_list(values, Found([]), problem=fault.sentence), 400)
    found = find(services().statements, services().institution.id, wanted, before)
    return make_response(_list(values, found))


@blueprint.post("/cari")
def search() -> Response:
    """Takes the filter's form and leads to its address, in which a person is a pseudonym, whatever was typed."""
    values = filters.values_of(request.form)
    typed = dict(values)
    try:
        values, people = filters.resolved(values)
    except filters.Fault as fault:
        return make_response(_list(typed, Found([]), problem=fault.sentence), 400)
    if people:
        return make_response(_list(typed, Found([]), choices=_choices(values, people)))
    return make_response(redirect(filters.address(values), 303))


def _choices(values: dict[str, str], people: list[Employee]) -> list[Named]:
    return [
        Named(shown(one.name), filters.address(values, orang=one.person), f"{shown(one.opd)} · {shown(one.position)}")
        for one in people
    ]


def _list(values: dict[str, str], found: Found, *, problem: str = "", choices: list[Named] | None = None) -> str:
    person = services().people.employee(values["orang"]) if len(values.get("orang", "")) == 32 else None
    return render_template(
        "admin_statements.html",
        values=values,
        lines=lines(found.statements),
        more=filters.address(values, sebelum=found.more) if found.more is not None else "",
        cut=found.cut,
        looked=MOST_LOOKED,
        newest=filters.address(values) if request.args.get("sebelum") else "",
        problem=problem,
        files=[(form, filters.file_address(values, form)) for form in FORMS] if found.statements or found.cut else [],
        choices=choices,
        person=shown(person.name) if person else "",
        verbs=verbs(),
        sources=sorted(SOURCES),
    )


def _found(statement: UUID) -> tuple[StoredStatement, bool]:
    found = find_one(services(), statement)
    return found if found is not None else abort(404)


@blueprint.get("/<uuid:statement>")
def one(statement: UUID) -> str:
    """One statement: what it says, where it comes from, what refers to it, and its JSON."""
    stored, voided = _found(statement)
    reading, institution = read(stored.body), services().institution.id
    note("statement.view", stored.id)
    place = services().ledger.credit_place(stored.id)
    text, whole = shown_json(stored.body, MOST_JSON)
    before = request.args.get("sebelum", type=row_number)
    referring = services().references.to(institution, statement.bytes, before=before, limit=REFERRING + 1)
    older = referring[REFERRING - 1].statement.seq if len(referring) > REFERRING else None
    return render_template(
        "admin_statement.html",
        stored=stored,
        voided=voided,
        line=_line(stored),
        facts=_facts(stored, reading),
        voids=bool(reading.voids),
        reason=_reason(reading),
        target=_target(reading),
        target_id=shown(reading.target),
        voided_by=services().references.voiding(institution, statement.bytes) if voided else None,
        referring=_referring(referring[:REFERRING]),
        older=url_for("admin_statements.one", statement=stored.id, sebelum=older) if older else "",
        attachments=_attachments(stored, reading),
        amount=amount,
        evidence=url_for("audit.evidence", person=place[0], year=place[1], statement=stored.id) if place else "",
        json=text,
        whole=whole,
        size=len(stored.body),
    )


def _line(stored: StoredStatement) -> Line:
    return lines([stored])[0]


def _facts(stored: StoredStatement, reading: Reading) -> list[tuple[str, Named]]:
    registration = reading.context.registration
    facts = [
        (_("Id"), Named(stored.id)),
        (_("Kata kerja"), Named(shown(reading.verb.id), verb(reading).address)),
        (_("Objek"), Named(shown(reading.thing.id), Names([reading]).thing(reading).address)),
        (_("Waktu kejadian"), Named(shown(reading.timestamp))),
        (_("Waktu terima"), Named(stored.stored)),
        (_("Ditulis oleh"), Named(agent(reading.authority))),
        (_("Versi xAPI"), Named(shown(reading.version))),
        (_("Registrasi"), Named(shown(registration), filters.address({"registrasi": registration}))),
        (_("Platform"), Named(shown(reading.context.platform))),
        (_("Hasil"), Named(result(reading.result))),
        (_("Lama"), Named(shown(reading.result.duration))),
    ]
    return [(name, fact) for name, fact in facts if fact.text]


def _reason(reading: Reading) -> str:
    """Why this statement voids another, when it is one of ours."""
    raw = reading.context.extensions.get(EXT_VOID_REASON) if reading.voids else None
    try:
        return "" if raw is None else shown(msgspec.json.decode(raw, type=str), 1000)
    except msgspec.MsgspecError:
        return ""


def _target(reading: Reading) -> Line | None:
    """The statement that this one refers to, if it is here."""
    found = find_one(services(), UUID(reading.target)) if reading.target else None
    return None if found is None else _line(found[0])


def _referring(found: Sequence[Reference]) -> list[tuple[Line, bool]]:
    made = lines([one.statement for one in found])
    return [(line, one.voided) for line, one in zip(made, found, strict=True)]


def _attachments(stored: StoredStatement, reading: Reading) -> list[tuple[str, Attachment, str]]:
    """The attachments: name, what the statement says of it, and the address of its content when it is here."""
    kept = services().statements.content_sizes(
        services().institution.id, {found.sha2.lower() for found in reading.attachments}
    )
    return [
        (
            in_words(found.display) or _("tanpa nama"),
            found,
            url_for("admin_statements.attachment", statement=stored.id, sha2=found.sha2.lower())
            if found.sha2.lower() in kept
            else "",
        )
        for found in reading.attachments
    ]


@blueprint.get("/<uuid:statement>/lampiran/<sha2>")
def attachment(statement: UUID, sha2: str) -> Response:
    """The content of an attachment of this statement, as a file to save and never as a page of this site."""
    stored, _voided = _found(statement)
    found = next((one for one in read(stored.body).attachments if one.sha2.lower() == sha2), None)
    content = services().statements.contents(services().institution.id, [sha2]).get(sha2) if found else None
    if found is None or content is None:
        abort(404)
    note("statement.attachment", stored.id, sha2)
    kind = found.content_type.partition(";")[0].strip().lower()
    ending = mimetypes.guess_extension(kind) if kind in SAFE_TYPES else None
    return _file(content, f"lampiran-{sha2[:12]}{ending or '.bin'}")


@blueprint.get("/<uuid:statement>/pernyataan.json")
def whole(statement: UUID) -> Response:
    """The statement as it is stored, byte for byte, as a file."""
    stored, _voided = _found(statement)
    note("statement.download", stored.id)
    return _file(stored.body, f"pernyataan-{stored.id}.json")


def _file(content: bytes, name: str) -> Response:
    answer = make_response(content)
    answer.headers["Content-Type"] = "application/octet-stream"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Content-Security-Policy"] = FILE_POLICY
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer


@blueprint.get("/<uuid:statement>/batal")
def void_page(statement: UUID) -> str:
    """Asks for the reason, and tells what follows."""
    return _void_page(require_voidable(services(), statement), VoidForm())


def _void_page(stored: StoredStatement, form: VoidForm, problem: str = "") -> str:
    place = services().ledger.credit_place(stored.id)
    return render_template(
        "admin_void.html", stored=stored, line=_line(stored), form=form, problem=problem, counts=place is not None
    )


@blueprint.post("/<uuid:statement>/batal")
def void_it(statement: UUID) -> Response:
    """Voids the statement."""
    form, stored = VoidForm(), require_voidable(services(), statement)
    if not form.validate():
        return make_response(_void_page(stored, form), 400)
    try:
        made = void(services(), statement, (form.reason.data or "").strip(), staff_name())
    except ToolError as error:
        return make_response(_void_page(stored, form, explain(error, language())), 400)
    note("statement.void", stored.id, made)
    flash(_("Pernyataan dibatalkan. Kredit yang bertumpu padanya sudah tidak dihitung."), "good")
    return make_response(redirect(url_for("admin_statements.one", statement=stored.id), 303))
