"""A learner's own data: what is kept and why, what was done with it, and a copy of all of it to take away."""

from datetime import timedelta
from tempfile import SpooledTemporaryFile
from typing import IO, cast

from flask import Blueprint, Response, abort, make_response, render_template, send_file
from flask_babel import gettext as _

from lti_tool.subject import rights
from lti_tool.subject.action_words import action_name
from lti_tool.web.context import services
from lti_tool.web.language import language
from lti_tool.web.session import learner
from xapi.identity import mask_nip
from xapi.people.subject import PersonRecord

blueprint = Blueprint("saya_data", __name__, url_prefix="/saya/data")
#: A copy reads everything about a person: nobody needs two of them within so long.
COPY_EVERY = timedelta(minutes=1)
TOO_MANY = 429
TRAIL = 50
_IN_MEMORY = 4_000_000


@blueprint.get("/")
def page() -> Response:
    """What is kept of the person whose session this is."""
    alias = learner()
    if alias is None:
        return make_response(render_template("my_jp_closed.html"), 401)
    return _page(_record(alias))


def _record(alias: str) -> PersonRecord:
    record = services().people.subjects.record_of(alias)
    return record if record is not None else abort(404)


def _page(record: PersonRecord, problem: str = "") -> Response:
    here, person = services(), record.pseudonyms[0]
    trail = [(line, action_name(line.action, language())) for line in here.people.subjects.log(
        person_id=person, limit=TRAIL)]  # fmt: skip
    kept = here.settings.retention
    return make_response(
        render_template(
            "my_data.html",
            record=record,
            employee=here.people.employee(person),
            nips=[mask_nip(nip) for nip in record.nips],
            credits=sum(len(here.ledger.credits_of(one, year)) for year in here.ledger.years()
                        for one in record.pseudonyms),
            privacy=here.settings.privacy,
            contact=here.settings.institution.privacy_contact,
            kept=[
                (_("Catatan belajar"), kept.statements),
                (_("Keadaan terakhir di modul"), kept.documents),
                (_("Modul yang dibuka dan nilainya"), kept.enrolments),
                (_("Data kepegawaian, sejak berhenti"), kept.people),
            ],
            trail=trail,
            problem=problem,
        )
    )  # fmt: skip


@blueprint.post("/salinan")
def copy() -> Response:
    """Everything about the person as a zip, for them alone; the record of processing says that they took it."""
    alias = learner()
    if alias is None:
        return make_response(render_template("my_jp_closed.html"), 401)
    record = _record(alias)
    person = record.pseudonyms[0]
    if _copied_just_now(person):
        answer = _page(record, _("Salinan baru saja dibuat. Tunggu satu menit, lalu coba lagi."))
        answer.status_code = TOO_MANY
        return answer
    file = cast(IO[bytes], SpooledTemporaryFile(_IN_MEMORY))  # noqa: SIM115 - it is closed when it was sent
    rights.copy_to(services(), person, file, language=language(), decided_by=person)
    file.seek(0)
    answer = send_file(file, "application/zip", as_attachment=True, download_name="data-saya.zip")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _copied_just_now(person: str) -> bool:
    last = services().people.subjects.log(person_id=person, limit=1)
    own = bool(last) and (last[0].action, last[0].decided_by) == ("export", person)
    return own and last[0].at + COPY_EVERY > services().clock()
