"""Opens the certificate behind a credit: for the auditor, with a line in the log, and for the person whose it is."""

from uuid import UUID

from flask import Blueprint, Response, abort, send_file

from lti_tool.evidence_files import EvidenceFiles
from lti_tool.web.context import services
from lti_tool.web.figures import FIRST_YEAR, LAST_YEAR
from lti_tool.web.session import keep_to, staff_name
from xapi.audit.trail import TrailEntry, trail_of_person
from xapi.errors import AuditError

blueprint = Blueprint("evidence_file", __name__, url_prefix="/audit")
keep_to(blueprint, "auditor", "admin")


@blueprint.get("/orang/<person>/<int:year>/bukti/<uuid:statement>/berkas")
def open_file(person: str, year: int, statement: UUID) -> Response:
    """The certificate of one credit as a download."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        abort(404)
    try:
        trail = trail_of_person(services().ledger, services().people, person, year)
    except AuditError:
        abort(404)
    entry = next((one for one in trail.entries if one.statement_id == str(statement)), None)
    answer = abort(404) if entry is None else certificate(entry)
    services().house.log.add(services().clock(), staff_name(), "audit.evidence", person, str(statement))
    return answer


def evidence_of(entry: TrailEntry) -> str | None:
    """The SHA-256 of the evidence of a credit: as its record says, or of the file that came later."""
    return entry.evidence or _files().linked(entry.statement_id)


def has_file(entry: TrailEntry) -> bool:
    """Whether the certificate of a credit is kept here."""
    return _files().find(evidence_of(entry)) is not None


def certificate(entry: TrailEntry) -> Response:
    """The certificate as a download under a name that names nobody; 404 when it is not kept here.

    A PDF from anywhere is never shown inside our pages: it is saved, and opened by a program of its own.
    """
    found = _files().find(evidence_of(entry))
    if found is None:
        abort(404)
    place = found.resolve()  # Flask takes a relative path for one below its own code
    answer = send_file(place, mimetype="application/pdf", as_attachment=True, download_name=f"{found.stem[:16]}.pdf")
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _files() -> EvidenceFiles:
    return EvidenceFiles(services().settings.data, services().institution.id)
