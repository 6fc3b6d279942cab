"""What a person had written into a form that was not taken, so that the page of the error can give it back."""

from flask import request
from flask_babel import LazyString
from flask_babel import lazy_gettext as N_
from werkzeug.exceptions import HTTPException

from lti_tool.web.senders import is_ours

#: The fields that people write into, and their labels. Passwords, keys and codes are never shown again.
WRITTEN: dict[str, LazyString] = {
    "reason": N_("Alasan"),
    "catatan": N_("Yang baru di versi ini (boleh kosong)"),
    "name": N_("Nama"),
    "opd": N_("Perangkat daerah"),
    "position": N_("Jabatan"),
    "unit": N_("Unit"),
    "title": N_("Judul"),
    "issuer": N_("Issuer (Platform ID)"),
    "client_id": N_("Client ID"),
    "auth_url": N_("Alamat autentikasi"),
    "token_url": N_("Alamat token akses"),
    "jwks_url": N_("Alamat kunci publik (JWKS)"),
    "token_audience": N_("Audience token, bila LMS menyebutnya"),
    "service_hosts": N_("Host lain milik LMS ini, satu per baris"),
    "deployments": N_("Deployment ID, satu per baris"),
    "deployment": N_("Deployment ID"),
    "role": N_("Peran"),
    "endpoint": N_("Alamat xAPI"),
    "verbs": N_("Hanya kata kerja ini (IRI)"),
    "activities": N_("Hanya kegiatan ini (IRI)"),
}
LONGEST = 10_000


def typed_words() -> list[tuple[str, str]]:
    """Label and text of each field of this request that a person wrote into.

    Nothing for a form that another site sent: it could put words of its own on a page of ours.
    """
    if request.method != "POST" or not is_ours():
        return []
    try:
        form = request.form
    except HTTPException:  # larger than a form may be: there is nothing that could be shown
        return []
    return [(str(label), form[name][:LONGEST]) for name, label in WRITTEN.items() if form.get(name, "").strip()]
