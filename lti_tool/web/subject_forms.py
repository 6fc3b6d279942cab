"""The forms of the requests of a data subject: what is to be done, and why."""

from flask_babel import lazy_gettext as N_
from wtforms import SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice

from lti_tool.web.forms import Form, at_most, needed
from xapi.people.changes import CORRECTABLE

LONGEST = 300
_WIDE = {"autocomplete": "off"}


class CopyForm(Form):
    """A copy; the reason may be left out."""

    reason = TextAreaField(N_("Dasar atau nomor permintaan"), [at_most(1000)], render_kw={"rows": 2})


class ReasonForm(Form):
    """Something that wants a reason."""

    reason = TextAreaField(N_("Dasar atau nomor permintaan"), [needed(), at_most(1000)], render_kw={"rows": 2})


class CorrectionForm(ReasonForm):
    """What is to be set right: a field that is left as it is stays as it is."""

    name = StringField(N_("Nama"), [at_most(LONGEST)], render_kw=_WIDE)
    nip = StringField(N_("NIP yang benar"), [at_most(60)], render_kw={**_WIDE, "inputmode": "numeric"})
    opd = StringField(N_("Perangkat daerah"), [at_most(LONGEST)], render_kw=_WIDE)
    status = SelectField(
        N_("Status"), choices=[SelectChoice("", "–"), *(SelectChoice(one, one) for one in ("PNS", "CPNS", "PPPK"))]
    )
    position = StringField(N_("Jabatan"), [at_most(LONGEST)], render_kw=_WIDE)
    grade = StringField(N_("Golongan"), [at_most(60)], render_kw=_WIDE)
    unit = StringField(N_("Unit"), [at_most(LONGEST)], render_kw=_WIDE)
    unit_code = StringField(N_("Kode unit"), [at_most(LONGEST)], render_kw=_WIDE)

    @property
    def typed(self) -> dict[str, str]:
        """What stands in the fields of the person."""
        return {name: " ".join((self[name].data or "").replace("\0", "").split()) for name in CORRECTABLE}


class RefusalForm(ReasonForm):
    """A request that is refused."""

    request = SelectField(
        N_("Yang diminta"),
        choices=[
            SelectChoice("export", N_("Salinan data")),
            SelectChoice("correct", N_("Pembetulan")),
            SelectChoice("freeze", N_("Penundaan pemrosesan")),
            SelectChoice("erase", N_("Penghapusan")),
        ],
    )
