"""Administration of the keys this tool signs with: which are published, who has fetched them, and their change."""

from datetime import UTC, datetime, timedelta

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lti_tool.keys import OVERLAP, RETIRED_KEPT, ToolKey
from lti_tool.web.admin import note
from lti_tool.web.context import services
from lti_tool.web.session import keep_to

blueprint = Blueprint("admin_keys", __name__, url_prefix="/admin/kunci")
keep_to(blueprint, "admin")
#: What the page offers: days until the new key signs.
CHOICES = (1, 3, OVERLAP.days, 14, 30)


@blueprint.get("/")
def page() -> str:
    """The published keys, and for the next one which platforms have fetched it already."""
    keys, fetches = services().lti_parts.keys.published(), services().lti_parts.jwks_fetches
    following = next((key for key in keys if key.state == "next"), None)
    seen = fetches.platforms_since(following.created) if following else frozenset()
    names = {platform.id: platform.name for platform in services().lti.platforms.list() if platform.active}
    return render_template(
        "admin_keys.html",
        keys=[(key, _badge(key), _moment(key.created), _moment(_change(key))) for key in keys],
        pem=services().lti_parts.keys.public_pem(),
        following=following,
        platforms=[(name, platform in seen) for platform, name in names.items()],
        programs=[(one.agent, _network(one.network), names.get(one.platform), _moment(one.last_at))
                  for one in fetches.since(0)],
        choices=CHOICES,
        usual=OVERLAP.days,
    )  # fmt: skip


@blueprint.post("/ganti")
def rotate() -> Response:
    """Publishes the next key, or sets another moment for the one that is published; 0 days switch at once."""
    days = request.form.get("hari", "")
    if days not in {str(choice) for choice in (0, *CHOICES)}:
        abort(400)
    key = services().lti_parts.keys.rotate(timedelta(days=int(days)))
    note("keys.rotate", key.kid, days)
    if key.state == "active":
        flash(_("Kunci baru dipakai sejak sekarang."), "good")
    else:
        flash(_("Kunci baru sudah diumumkan. Kunci lama dipakai sampai saatnya."), "good")
    return make_response(redirect(url_for("admin_keys.page"), 303))


def _badge(key: ToolKey) -> tuple[str, str]:
    states = {"active": ("good", _("Dipakai")), "next": ("wait", _("Berikutnya")), "retired": ("", _("Lama"))}
    return states[key.state]


def _network(name: str) -> str:
    names = {"loopback": _("mesin ini"), "private": _("jaringan lokal"), "public": _("internet")}
    return names.get(name, "–")


def _change(key: ToolKey) -> int | None:
    """When a next key begins to sign, or a retired one disappears."""
    return key.due if key.retired is None else key.retired + int(RETIRED_KEPT.total_seconds())


def _moment(second: int | None) -> datetime | None:
    return None if second is None else datetime.fromtimestamp(second, UTC)
