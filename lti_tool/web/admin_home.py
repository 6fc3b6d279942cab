"""The first page of the administration: what needs somebody today, what is to be set up, and how the tool does."""

import shutil
from datetime import UTC, datetime, timedelta

import msgspec
from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _

from lti_tool.backup.note import last_backup
from lti_tool.store.deployments import PENDING
from lti_tool.watch.store import newest_statement
from lti_tool.web.admin_menu import waits
from lti_tool.web.attention import matters
from lti_tool.web.context import services
from lti_tool.web.session import keep_to
from lti_tool.web.tolerant import read_or

blueprint = Blueprint("admin_home", __name__, url_prefix="/admin")
keep_to(blueprint, "admin")
DAY = timedelta(days=1)


class Step(msgspec.Struct, frozen=True):
    """A step of setting up: whether it is done, what it is, how it is done, and the page for it, if there is one."""

    done: bool
    name: str
    how: str
    address: str = ""


@blueprint.get("/")
def page() -> str:
    """What needs attention, the steps of setting up while one is open, and the state of the installation."""
    steps = read_or(_steps, ())
    return render_template(
        "admin_home.html",
        matters=matters(waits()),
        waiting=_deployments(),
        steps=steps if not all(step.done for step in steps) else [],
        facts=_facts(),
    )


def _deployments() -> list[tuple[object, object, datetime]]:
    """The deployments that wait to be let in, with their platform and since when."""
    platforms = {platform.id: platform for platform in services().lti.platforms.list()}
    return [
        (platforms[one.platform], one, datetime.fromtimestamp(one.first_seen, UTC))
        for one in services().lti.deployments.list()
        if one.state == PENDING and one.platform in platforms
    ]


def _steps() -> list[Step]:
    found = services()
    return [
        Step(
            bool(found.lti.platforms.list()),
            _("Hubungkan LMS"),
            _("Buat undangan: satu alamat yang ditempel admin LMS di halaman alat eksternalnya."),
            url_for("admin_invites.page"),
        ),
        Step(
            found.people.has_roster(),
            _("Masukkan daftar pegawai"),
            _("Dari SIMPEG, sebagai XLSX atau CSV, supaya JP dihitung untuk orang dan perangkat daerahnya."),
            url_for("admin_roster.page"),
        ),
        Step(
            bool(found.library.list()),
            _("Terbitkan modul"),
            _("Unggah berkas modul; setelah itu pengajar dapat memilihnya dari dalam LMS."),
            url_for("pustaka.page"),
        ),
        Step(
            bool(found.lti.launches.last(1)),
            _("Buka sebuah modul dari LMS"),
            _("Peluncuran pertama membuktikan bahwa sambungan bekerja. Yang ditolak tampil dengan sebabnya."),
            url_for("admin.launches"),
        ),
    ]


def _facts() -> dict[str, object]:
    """The state of the installation in a few figures."""
    found, since = services(), services().clock() - DAY
    engine = next(one.engine for one in found.databases if one.name == "lrs")
    statements, last = read_or(lambda: newest_statement(engine), (None, 0))
    beat = read_or(found.heartbeats.latest, None)
    return {
        "platforms": sum(platform.active for platform in found.lti.platforms.list()),
        "launches": found.lti.launches.count_since(since),
        "refused": found.lti.audit.count_since(since),
        "statements": statements,
        "last_statement": datetime.fromtimestamp(last / 1e6, UTC) if last else None,
        "projected": beat.projected if beat else None,
        "backup": last_backup(found.settings.data),
        "free": shutil.disk_usage(found.settings.data).free,
    }
