"""Administration of personal data: what one person asks for is done here, with its reason in the record."""

from collections.abc import Callable

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lti_tool.subject import rights
from lti_tool.subject.action_words import action_name
from lti_tool.web.admin import note
from lti_tool.web.admin_privacy import decider
from lti_tool.web.audit_scope import plain
from lti_tool.web.context import services
from lti_tool.web.language import language
from lti_tool.web.list_page import list_page
from lti_tool.web.person_search import Fault, search_person
from lti_tool.web.session import keep_to, staff_name
from lti_tool.web.subject_forms import CopyForm, CorrectionForm, ReasonForm, RefusalForm
from lti_tool.web.tables import Column, Tools, build_table
from lti_tool.web.task_pages import start
from xapi.errors import JampelError
from xapi.identity import mask_nip
from xapi.people import Employee
from xapi.people.subject import LogLine, PersonRecord
from xapi.words import explain

blueprint = Blueprint("admin_subject", __name__, url_prefix="/admin/data-pribadi/orang")
keep_to(blueprint, "admin")
LONGEST = 200


@blueprint.get("/")
def page() -> str:
    """The search for the person who asks."""
    return _search()


def _search(typed: str = "", problem: str = "", found: list[Employee] | None = None) -> str:
    people = [(one, mask_nip(one.nip)) for one in found or []]
    return render_template("admin_subjects.html", typed=typed, problem=problem, found=people)


@blueprint.post("/")
def search() -> Response:
    """Leads to the person whom the form means; the address has their pseudonym alone."""
    typed = " ".join(plain(request.form.get("orang", "")).split())[:LONGEST]
    if not typed:
        return make_response(_search(problem=_("Tulis nama, NIP, atau nama samaran orangnya.")), 400)
    try:
        person, several = search_person(typed)
    except Fault as fault:
        return make_response(_search(typed, fault.sentence), 404)
    except JampelError as error:
        return make_response(_search(typed, explain(error, language())), 400)
    if several:
        return make_response(_search(typed, found=several))
    return _to(person)


def _to(person: str) -> Response:
    return make_response(redirect(url_for("admin_subject.one", person=person), 303))


@blueprint.get("/<person>")
def one(person: str) -> Response:
    """Who it is, what can be done for them, and what was done."""
    record = _record(person)
    own = record.pseudonyms[0]
    note("subject.view", own[:8])
    columns = [
        Column("at", _("Waktu"), "time"),
        Column("action", _("Tindakan")),
        Column("basis", _("Dasar"), sorts=False),
        Column("decided_by", _("Oleh")),
        Column("detail", _("Rincian"), sorts=False),
    ]
    rows = [_row(line) for line in services().people.subjects.log(person_id=own)]
    return list_page(
        "admin_subject.html",
        build_table(columns, rows, sort="-at", tools=Tools("catatan-seorang", ("basis", "detail"))),
        person=own,
        record=record,
        employee=services().people.employee(own),
        nips=[mask_nip(nip) for nip in record.nips],
        contact=services().settings.privacy.officer,
    )


def _row(line: LogLine) -> dict[str, object]:
    return {"at": line.at, "action": action_name(line.action, language()), "basis": line.basis,
            "decided_by": decider(line.decided_by, line.person), "detail": line.detail}  # fmt: skip


def _record(person: str) -> PersonRecord:
    record = services().people.subjects.record_of(person[:32])
    return record if record is not None else abort(404)


def _act_page(act: str, record: PersonRecord, form: ReasonForm | CopyForm, problem: str = "") -> str:
    frozen = record.frozen is not None
    titles = {
        "copy": _("Salinan data"),
        "suspend": _("Lanjutkan pemrosesan") if frozen else _("Tunda pemrosesan"),
        "correct": _("Betulkan data"),
        "refuse": _("Catat penolakan"),
    }
    return render_template(
        "admin_subject_act.html",
        act=act,
        title=titles[act],
        person=record.pseudonyms[0],
        record=record,
        form=form,
        problem=problem,
    )


def _refused(act: str, record: PersonRecord, form: ReasonForm | CopyForm, problem: str = "") -> Response:
    return make_response(_act_page(act, record, form, problem), 400)


def _reason(form: ReasonForm | CopyForm) -> str:
    return " ".join((form.reason.data or "").replace("\0", "").split())


def _done(record: PersonRecord, act: Callable[[str], object], action: str, words: str) -> Response:
    """Does `act`, writes it to the staff log, and shows the person again."""
    person = record.pseudonyms[0]
    act(person)
    note(action, person[:8])
    flash(words, "good")
    return _to(person)


@blueprint.get("/<person>/salinan")
def copy_page(person: str) -> str:
    """Asks on what ground the copy is made."""
    return _act_page("copy", _record(person), CopyForm())


@blueprint.post("/<person>/salinan")
def copy(person: str) -> Response:
    """Has the worker make the copy: its page waits for it, and gives the file."""
    record, form = _record(person), CopyForm()
    if not form.validate():
        return _refused("copy", record, form)
    own = record.pseudonyms[0]
    note("subject.copy", own[:8])
    return start("subject_copy", rights.about_copy(own, _reason(form)))


@blueprint.get("/<person>/tunda")
def suspend_page(person: str) -> str:
    """Tells what a suspension does, or its end."""
    return _act_page("suspend", _record(person), ReasonForm())


@blueprint.post("/<person>/tunda")
def suspend(person: str) -> Response:
    """Suspends the processing of a person's data, or lets it go on: what the form said when it was shown."""
    record, form = _record(person), ReasonForm()
    if not form.validate():
        return _refused("suspend", record, form)
    why, who = _reason(form), staff_name()
    if request.form.get("lanjut"):
        words = _("Pemrosesan dilanjutkan.")
        return _done(record, lambda own: rights.resume(services(), own, reason=why, decided_by=who),
                     "subject.resume", words)  # fmt: skip
    words = _("Pemrosesan ditunda. Sejak sekarang tidak ada yang dicatat tentang orang ini.")
    return _done(record, lambda own: rights.suspend(services(), own, reason=why, decided_by=who),
                 "subject.suspend", words)  # fmt: skip


@blueprint.get("/<person>/betulkan")
def correct_page(person: str) -> str:
    """What is known of the person, to be set right; the number is not shown."""
    record, form = _record(person), CorrectionForm()
    for name, value in _known(record).items():
        form[name].data = value
    return _act_page("correct", record, form)


def _known(record: PersonRecord) -> dict[str, str]:
    found = {"name": record.name or ""}
    if record.stays:
        last = record.stays[-1]
        found |= {name: getattr(last, name) for name in ("opd", "status", "position", "grade", "unit", "unit_code")}
    return found


@blueprint.post("/<person>/betulkan")
def correct(person: str) -> Response:
    """Sets right what was changed in the form; the record says which fields, not what they said."""
    record, form = _record(person), CorrectionForm()
    if not form.validate():
        return _refused("correct", record, form)
    known = _known(record)
    changes = {name: text for name, text in form.typed.items() if text != known.get(name, "")}
    if not changes:
        return _refused("correct", record, form, _("Belum ada yang diubah. Ganti isi yang salah lebih dulu."))
    if empty := [str(form[name].label.text) for name in ("name", "opd", "status") if changes.get(name) == ""]:
        return _refused("correct", record, form, _("Tidak boleh kosong: %(fields)s.", fields=", ".join(empty)))
    why = _reason(form)
    try:
        return _done(record, lambda own: rights.correct(services(), own, changes, reason=why, decided_by=staff_name()),
                     "subject.correct", _("Data dibetulkan."))  # fmt: skip
    except JampelError as error:
        return _refused("correct", record, form, explain(error, language()))


@blueprint.get("/<person>/tolak")
def refuse_page(person: str) -> str:
    """Asks what is refused, and why."""
    return _act_page("refuse", _record(person), RefusalForm())


@blueprint.post("/<person>/tolak")
def refuse(person: str) -> Response:
    """Writes the refusal to the record."""
    record, form = _record(person), RefusalForm()
    if not form.validate():
        return _refused("refuse", record, form)
    wanted, why = form.request.data, _reason(form)
    words = _("Penolakan dicatat. Beri tahu orangnya, dengan alasannya.")
    return _done(record, lambda own: rights.refuse(services(), own, wanted, reason=why, decided_by=staff_name()),
                 "subject.refuse", words)  # fmt: skip
