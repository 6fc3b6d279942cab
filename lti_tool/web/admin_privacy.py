"""Administration of personal data: the register and record of processing, periods, freezes and erasures."""

from collections.abc import Sequence

from flask import Blueprint, Response
from flask_babel import gettext as _

from lti_tool.subject.action_words import action_name
from lti_tool.subject.register import register_of
from lti_tool.web.context import services
from lti_tool.web.language import language
from lti_tool.web.list_page import list_page
from lti_tool.web.session import keep_to
from lti_tool.web.tables import Choice, Column, Row, Tools, sql_table
from xapi.people.subject import ACTIONS
from xapi.words import translate

blueprint = Blueprint("admin_privacy", __name__, url_prefix="/admin/data-pribadi")
keep_to(blueprint, "admin")


@blueprint.get("/")
def page() -> Response:
    """Everything an officer asks about the processing in this installation; nobody's name or number."""
    subjects = services().people.subjects
    columns = [
        Column("at", _("Waktu"), "time"),
        Column("action", _("Tindakan")),
        Column("person", _("Nama samaran")),
        Column("basis", _("Dasar"), sorts=False),
        Column("decided_by", _("Oleh")),
        Column("detail", _("Rincian"), sorts=False),
    ]

    def fill(rows: Sequence[Row]) -> list[Row]:
        return [
            {**row, "action": action_name(row["action"], language()), "person": row["person"][:8],
             "decided_by": decider(row["decided_by"], row["person"])}
            for row in rows
        ]  # fmt: skip

    def said(text: str) -> str:
        return translate("lti_tool", language(), text)

    actions = [(action, action_name(action, language())) for action in ACTIONS]
    searched = ("person", "decided_by", "basis", "detail")
    tools = Tools("catatan-pemrosesan", searched, (Choice("tindakan", _("Tindakan"), "action", actions),))
    return list_page(
        "admin_privacy.html",
        sql_table(columns, subjects.listed(), sort="-at", tools=tools, fill=fill),
        register=[(one, said(one.what), said(one.purpose), said(one.receivers)) for one in register_of(services())],
        frozen=len({one.person for one in subjects.frozen().values()}),
        erased=len(services().people.erasures.all()),
        broken=subjects.first_broken(),
        privacy=services().settings.privacy,
    )


def decider(decided_by: str, person: str) -> str:
    """Who decided a line of the record about `person`: an account by its name, the person themself, or whoever a
    command named."""
    if person and decided_by == person:
        return _("orangnya sendiri")
    account = services().house.accounts.get(decided_by)
    return account.name if account is not None else decided_by
