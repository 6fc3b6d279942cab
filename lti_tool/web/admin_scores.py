"""Administration of scores: which have not reached an LMS, why, and sending them once more."""

from collections.abc import Sequence
from datetime import UTC, datetime

from flask import Blueprint, Response, flash, make_response, redirect, request, url_for
from flask_babel import gettext as _

from lti_tool.score_problems import explained
from lti_tool.score_retry import send_again
from lti_tool.store import Undelivered
from lti_tool.web.admin import note
from lti_tool.web.context import services
from lti_tool.web.language import language
from lti_tool.web.list_page import list_page
from lti_tool.web.session import keep_to
from lti_tool.web.tables import Choice, Column, Row, Tools, sql_table
from xapi.identity import mask_nips_in
from xapi.words import explain

blueprint = Blueprint("admin_scores", __name__, url_prefix="/admin/nilai")
keep_to(blueprint, "admin")
MOST = 1000


@blueprint.get("/")
def page() -> Response:
    """The scores that the LMSs do not have, the refused ones first."""
    open_, refused = services().lti.score_lists.count()
    columns = [
        Column("who", _("Peserta"), sorts=False),
        Column("platform_name", "LMS"),
        Column("title", _("Kegiatan")),
        Column("best", _("Nilai"), "count"),
        Column("state", _("Keadaan"), "badge"),
        Column("reason", _("Alasan"), sorts=False),
        Column("tried_at", _("Terakhir dicoba"), "time"),
        Column("action", _("Tindakan"), "own", sorts=False),
    ]
    states = (("ditolak", _("Ditolak LMS")), ("menunggu", _("Menunggu dikirim")))
    platforms = [(platform.id, platform.name) for platform in services().lti.platforms.list()]
    choices = (Choice("keadaan", _("Keadaan"), "state", states), Choice("lms", "LMS", "platform", platforms))
    tools = Tools("nilai-belum-sampai", ("title", "platform_name"), choices)
    view = sql_table(columns, services().lti.score_lists.listed(), sort="state", tools=tools, fill=_rows)
    return list_page("admin_scores.html", view, open=open_, refused=refused)


def _rows(found: Sequence[Row]) -> list[Row]:
    scores = [row["one"] for row in found]
    names = _names(scores)
    return [_row(one, names) for one in scores]


@blueprint.post("/")
def again() -> Response:
    """Tries one score again, or all, the refused ones first; of very many the first."""
    wanted = request.form.get("registrasi", "")
    found = [one.registration for one in services().lti.score_lists.undelivered(MOST)]
    count = send_again(services(), [one for one in found if wanted in ("", one)])
    note("scores.again", wanted if count else "", str(count))
    flash(_("%(count)s nilai dicoba lagi.", count=count), "good")
    return make_response(redirect(url_for("admin_scores.page"), 303))


def _row(one: Undelivered, names: dict[tuple[str, str], str]) -> dict[str, object]:
    reason = one.problem or one.delay
    return {
        "who": names.get((one.issuer, one.subject)) or _("Pengguna %(id)s", id=mask_nips_in(one.subject)),
        "platform_name": one.platform_name,
        "title": one.title or one.module,
        "best": one.best / 100,
        "state": ("bad", _("Ditolak LMS")) if one.problem else ("wait", _("Menunggu dikirim")),
        "reason": explain(explained(reason, one.platform_name), language()) if reason else None,
        "tried_at": None if one.tried_at is None else datetime.fromtimestamp(one.tried_at, UTC),
        "registration": one.registration,
    }


def _names(found: list[Undelivered]) -> dict[tuple[str, str], str]:
    """The names of the learners, as far as the people store knows them."""
    of_issuer: dict[str, list[str]] = {}
    for one in found:
        of_issuer.setdefault(one.issuer, []).append(one.subject)
    return {
        (issuer, subject): employee.name
        for issuer, subjects in of_issuer.items()
        for subject, employee in services().people.employees_by_account(issuer, subjects).items()
    }
