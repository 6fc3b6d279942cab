"""Administration of who a platform's launches are for: its roles with a tester, and launches without a name."""

from typing import Any

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lti_tool.errors import ToolError
from lti_tool.role_words import headline, meaning_name, reasons
from lti_tool.roles import MEANINGS, VOCABULARY, check_rules, judge
from lti_tool.store import Platform
from lti_tool.web.admin import note
from lti_tool.web.context import services
from lti_tool.web.language import language
from lti_tool.web.session import keep_to
from xapi.words import explain

blueprint = Blueprint("admin_roles", __name__, url_prefix="/admin/lms/<platform_id>")
keep_to(blueprint, "admin")
MOST_TRIED, LONGEST_TRIED = 20, 2000
SUGGESTED = tuple(
    f"{VOCABULARY}{role}"
    for role in (
        "membership#Mentor",
        "membership#ContentDeveloper",
        "membership/Instructor#TeachingAssistant",
        "institution/person#Instructor",
        "institution/person#Staff",
    )
)


@blueprint.get("/peran")
def page(platform_id: str) -> str:
    """The rules of a platform, and what the roles in `uji` would count as."""
    return _page(_platform(platform_id))


@blueprint.post("/peran")
def change(platform_id: str) -> Response:
    """Adds or replaces the rule of a role, or takes it away."""
    platform, role = _platform(platform_id), request.form.get("role", "").strip()
    kept = tuple(rule for rule in platform.role_rules if rule[0] != role)
    if "hapus" not in request.form:
        try:
            kept = check_rules([*kept, (role, request.form.get("meaning", ""))])
        except ToolError as error:
            return make_response(_page(platform, explain(error, language())), 400)
    services().lti.platforms.set_role_rules(platform_id, kept)
    note("platform.roles", platform_id, f"{role} {dict(kept).get(role, '-')}")
    flash(_("Aturan peran disimpan. Berlaku mulai peluncuran berikutnya."), "good")
    return make_response(redirect(url_for("admin_roles.page", platform_id=platform_id), 303))


@blueprint.post("/anonim")
def anonymous(platform_id: str) -> Response:
    """Admits or refuses launches without a name."""
    admitted = not _platform(platform_id).anonymous
    services().lti.platforms.set_anonymous(platform_id, admitted)
    note("platform.anonymous_on" if admitted else "platform.anonymous_off", platform_id)
    return make_response(redirect(url_for("admin_roles.page", platform_id=platform_id), 303))


def _platform(platform_id: str) -> Platform:
    found = services().lti.platforms.get(platform_id)
    return found if found is not None else abort(404)


def _page(platform: Platform, problem: str = "") -> str:
    tried = request.args.get("uji", "")[:LONGEST_TRIED]
    roles = [role for role in tried.replace("\n", ",").replace(" ", ",").split(",") if role][:MOST_TRIED]
    verdict = judge(roles, platform.role_rules)
    shown: dict[str, Any] = {
        "tried": tried,
        "headline": headline(verdict, language()) if roles else "",
        "reasons": reasons(verdict, language()),
        "rules": [(role, meaning_name(meaning, language())) for role, meaning in platform.role_rules],
        "meanings": [(meaning, meaning_name(meaning, language())) for meaning in MEANINGS],
    }
    return render_template("admin_roles.html", platform=platform, problem=problem, suggested=SUGGESTED, **shown)
