"""Administration of personal data: the register and record of processing, periods, freezes and erasures."""

from flask import Blueprint, render_template
from flask_babel import gettext as _

from lti_tool.subject.action_words import action_name
from lti_tool.subject.register import register_of
from lti_tool.web.context import services
from lti_tool.web.language import language
from lti_tool.web.session import keep_to
from lti_tool.web.tables import Column, build_table
from xapi.words import translate

blueprint = Blueprint("admin_privacy", __name__, url_prefix="/admin/data-pribadi")
keep_to(blueprint, "admin")
LINES = 1000


@blueprint.get("/")
def page() -> str:
    """Everything an officer asks about the processing in this installation; nobody's name or number."""
    subjects = services().people.subjects
    rows = [
        {
            "at": line.at,
            "action": action_name(line.action, language()),
            "person": line.person[:8],
            "basis": line.basis,
            "who": line.decided_by,
            "detail": line.detail,
        }
        for line in subjects.log(limit=LINES)
    ]
    columns = [
        Column("at", _("Waktu"), "time"),
        Column("action", _("Tindakan")),
        Column("person", _("Nama samaran")),
        Column("basis", _("Dasar"), sorts=False),
        Column("who", _("Oleh")),
        Column("detail", _("Rincian"), sorts=False),
    ]

    def said(text: str) -> str:
        return translate("lti_tool", language(), text)

    return render_template(
        "admin_privacy.html",
        view=build_table(columns, rows, sort="-at"),
        register=[(one, said(one.what), said(one.purpose), said(one.receivers)) for one in register_of(services())],
        frozen=len({one.person for one in subjects.frozen().values()}),
        erased=len(services().people.erasures.all()),
        broken=subjects.first_broken(),
        privacy=services().settings.privacy,
    )
