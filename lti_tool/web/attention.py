"""What needs an administrator today: each matter as a sentence, how urgent it is, and where it is dealt with."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import msgspec
from flask import current_app, url_for
from flask_babel import gettext as _

from lti_tool.credential_terms import last_moment
from lti_tool.observer import wrong_clocks
from lti_tool.waits import Waits
from lti_tool.watch.readiness import OK
from lti_tool.web.context import services
from lti_tool.web.health import READINESS
from lti_tool.web.language import count, day, time
from lti_tool.web.tolerant import read_or

#: A credential that ends within this time is told, so that its system can get another one first.
SOON = timedelta(days=14)


class Matter(msgspec.Struct, frozen=True):
    """Something to do: `level` is `bad` (it stops people or records) or `wait`, `way` the words of the link."""

    level: str
    text: str
    address: str
    way: str


def matters(waits: Waits) -> list[Matter]:
    """All matters, the urgent ones first."""
    looks = (_parts, _clocks, lambda: _waiting(waits), _credentials, _next_key)
    found = [matter for look in looks for matter in read_or(partial(_all, look), ())]
    return sorted(found, key=lambda matter: matter.level != "bad")


def _all(look: Callable[[], Iterator[Matter]]) -> list[Matter]:
    return list(look())


def _parts() -> Iterator[Matter]:
    """What the readiness of the installation says; its remedies are the operator's."""
    said = current_app.extensions[READINESS].state().parts
    queue = url_for("admin_access.queue")
    for name, state in said.items():
        if state != OK:
            known = _WORDS.get((name, state)) or _WORDS.get((name, ""))
            text = known() if known else _("Basis data %(name)s tidak menjawab dengan benar.", name=name)
            yield Matter("bad", text, queue, _("Lihat antrean"))


_WORDS: dict[tuple[str, str], Callable[[], str]] = {
    ("worker", "stuck"): lambda: _(
        "Pekerja terlalu lama pada satu pekerjaan. Nilai, pernyataan, dan perhitungan JP mungkin tertahan."
    ),
    ("worker", ""): lambda: _(
        "Pekerja tidak berjalan. Nilai tidak dikirim dan JP tidak dihitung sampai pengelola server menjalankan "
        "jampel serve atau jampel worker."
    ),
    ("disk", ""): lambda: _(
        "Ruang penyimpanan hampir habis. Minta pengelola server menambahnya sebelum catatan baru ditolak."
    ),
    ("zone", ""): lambda: _(
        "Zona waktu instansi tidak dapat dibaca, jadi hari dan jam tidak dapat dihitung. Minta pengelola server "
        "menjalankan jampel doctor."
    ),
}


def _clocks() -> Iterator[Matter]:
    for platform, seen in wrong_clocks(services().lti):
        values = {"name": platform.name, "count": count(abs(seen.ahead))}
        told = (
            _("Jam %(name)s mendahului jam server ini %(count)s detik.", **values)
            if seen.ahead > 0
            else _("Jam %(name)s tertinggal dari jam server ini %(count)s detik.", **values)
        )
        remedy = _("Peluncuran atau nilai ditolak karenanya. Nyalakan NTP di kedua server, lalu periksa lagi.")
        address = url_for("admin_doctor.page", platform_id=platform.id)
        yield Matter("bad", f"{told} {remedy}", address, _("Periksa sambungan"))


def _waiting(waits: Waits) -> Iterator[Matter]:
    """What waits for a decision; deployments have a place of their own on the page."""
    told = (
        ("bad", waits.scores, _("%(n)s nilai ditolak LMS.", n=count(waits.scores)), "admin_scores.page",
         _("Lihat sebabnya")),
        ("bad", waits.forwards, _("%(n)s tujuan penerusan berhenti.", n=count(waits.forwards)),
         "admin_forwarding.page", _("Lihat sebabnya")),
        ("bad", waits.aside, _("%(n)s pekerjaan disisihkan karena gagal.", n=count(waits.aside)),
         "admin_access.queue", _("Lihat sebabnya")),
        ("wait", waits.people, _("%(n)s peserta sudah belajar, tetapi belum dikenal sebagai pegawai. JP-nya belum "
                                 "dihitung.", n=count(waits.people)), "admin_people.page", _("Cocokkan")),
        ("wait", waits.identities, _("%(n)s orang masuk lewat masuk tunggal dan menunggu peran.",
                                     n=count(waits.identities)), "admin_access.staff", _("Beri peran")),
    )  # fmt: skip
    for level, number, text, endpoint, way in told:
        if number:
            yield Matter(level, text, url_for(endpoint), way)


def _credentials() -> Iterator[Matter]:
    now = services().clock()
    for one in services().credentials.list(services().institution.id):
        if one.expires is not None and not one.is_over(now) and one.expires - now < SOON:
            text = _("Kredensial LRS “%(name)s” berakhir %(day)s.", name=one.name, day=day(last_moment(one.expires)))
            yield Matter("wait", text, url_for("admin_credentials.credential", key=one.key), _("Buka"))


def _next_key() -> Iterator[Matter]:
    """A change of the signing key that is near, while some platform has not been seen to fetch the new one."""
    following = next((key for key in services().lti_parts.keys.published() if key.state == "next"), None)
    if following is None or following.due is None:
        return
    seen = services().lti_parts.jwks_fetches.platforms_since(following.created)
    missing = sum(one.active and one.id not in seen for one in services().lti.platforms.list())
    if missing:
        values = {"when": time(datetime.fromtimestamp(following.due, UTC)), "n": count(missing)}
        text = _("Kunci LTI berganti %(when)s; %(n)s LMS belum terlihat mengambil yang baru.", **values)
        yield Matter("wait", text, url_for("admin_keys.page"), _("Lihat"))
