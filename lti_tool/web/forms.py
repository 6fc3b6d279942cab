"""The forms that several pages share: labels in the reader's language, limits on every field."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as N_
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, Length, NumberRange, Optional, Regexp
from wtforms.widgets import CheckboxInput

from lti_tool.accounts import LONGEST_TYPED
from lti_tool.store.invites import DEFAULT_DAYS, LONGEST_DAYS, LONGEST_NAME, SHORTEST_DAYS


class _Words:
    """What WTForms itself says to a person, in the page's language; it has no Indonesian of its own."""

    def gettext(self, text: str) -> str:
        """`text` of WTForms in our words."""
        if "valid date" in text:
            return gettext("Tulis tanggal sebagai tahun-bulan-hari, misalnya 2027-12-31.")
        if "integer" in text:
            return gettext("Tulis angka bulat.")
        return gettext("Pilih salah satu dari daftar.") if "hoice" in text else text

    def ngettext(self, one: str, many: str, count: int) -> str:
        """Plural texts come from limits, whose messages are ours already."""
        return one if count == 1 else many


class Form(FlaskForm):
    """A form with the CSRF token."""

    class Meta:
        """How the form speaks."""

        def get_translations(self, form: Any) -> _Words:
            """The words for WTForms."""
            return _Words()


def needed() -> DataRequired:
    """The value must be there."""
    return DataRequired(N_("Isi kolom ini."))


def at_most(length: int) -> Length:
    """The text may have `length` characters."""
    return Length(max=length, message=N_("Terlalu panjang."))


class LoginForm(Form):
    """Username and password, and where to go afterwards."""

    username = StringField(N_("Nama pengguna"), [needed(), at_most(100)], render_kw={"autocomplete": "username"})
    password = PasswordField(
        N_("Kata sandi"), [needed(), at_most(LONGEST_TYPED)], render_kw={"autocomplete": "current-password"}
    )
    lanjut = HiddenField()


class AccountForm(Form):
    """A new account."""

    name = StringField(N_("Nama lengkap"), [needed(), at_most(120)], render_kw={"autocomplete": "name"})
    username = StringField(
        N_("Nama pengguna"), [needed(), at_most(64)], render_kw={"autocomplete": "off", "autocapitalize": "none"}
    )
    password = PasswordField(
        N_("Kata sandi"), [needed(), at_most(LONGEST_TYPED)], render_kw={"autocomplete": "new-password"}
    )


class ResetForm(Form):
    """A new password."""

    password = PasswordField(
        N_("Kata sandi baru"), [needed(), at_most(LONGEST_TYPED)], render_kw={"autocomplete": "new-password"}
    )


class PasswordForm(ResetForm):
    """A new password of oneself, with the one until now."""

    current = PasswordField(
        N_("Kata sandi sekarang"), [needed(), at_most(LONGEST_TYPED)], render_kw={"autocomplete": "current-password"}
    )


class StaffAccountForm(AccountForm):
    """A new account with its role."""

    role = SelectField(
        N_("Peran"),
        choices=[
            SelectChoice("auditor", N_("Auditor")),
            SelectChoice("author", N_("Penyusun modul")),
            SelectChoice("admin", N_("Admin")),
        ],
    )


WEB_ADDRESS = Regexp(r"^https?://[^\s/]+\S*$", message=N_("Tulis alamat lengkap, misalnya https://lms.contoh.go.id."))


class PlatformForm(Form):
    """A platform, as its administrator shows it."""

    name = StringField(N_("Nama LMS"), [needed(), at_most(120)])
    issuer = StringField(N_("Issuer (Platform ID)"), [needed(), at_most(500), WEB_ADDRESS])
    client_id = StringField(N_("Client ID"), [needed(), at_most(255)])
    auth_url = StringField(N_("Alamat autentikasi"), [needed(), at_most(1000), WEB_ADDRESS])
    token_url = StringField(N_("Alamat token akses"), [needed(), at_most(1000), WEB_ADDRESS])
    jwks_url = StringField(N_("Alamat kunci publik (JWKS)"), [needed(), at_most(1000), WEB_ADDRESS])
    token_audience = StringField(N_("Audience token, bila LMS menyebutnya"), [at_most(1000)])
    service_hosts = TextAreaField(N_("Host lain milik LMS ini, satu per baris"), [at_most(2000)], render_kw={"rows": 2})
    deployments = TextAreaField(N_("Deployment ID, satu per baris"), [at_most(4000)], render_kw={"rows": 3})
    profile = SelectField(N_("Jenis LMS"), choices=[])


class InviteForm(Form):
    """An invite to register a platform; the page gives the platforms that can be renewed."""

    name = StringField(N_("Untuk siapa"), [needed(), at_most(LONGEST_NAME)])
    days = IntegerField(
        N_("Berlaku berapa hari"),
        [NumberRange(SHORTEST_DAYS, LONGEST_DAYS, N_("Tulis angka 1 sampai 365."))],
        default=DEFAULT_DAYS,
    )
    platform = SelectField(N_("LMS yang didaftarkan"), choices=[])


class CredentialForm(Form):
    """A credential of the LRS; the page gives the scopes with their words, and the modules of the library."""

    name = StringField(N_("Nama sistem"), [needed(), at_most(120)])
    scope = SelectMultipleField(N_("Hak"), [needed()], choices=[])
    module = SelectField(N_("Modul"), choices=[], default="")
    source = SelectField(
        N_("Asal bukti"),
        choices=[
            SelectChoice("foreign", N_("Sistem lain")),
            SelectChoice("lms_record", N_("Catatan LMS")),
            SelectChoice("package", N_("Paket modul")),
            SelectChoice("sheet", N_("Daftar hadir")),
        ],
    )
    expires = DateField(N_("Hari terakhir berlaku"), [Optional()])
    allow_nip = BooleanField(N_("Nama akun boleh berupa NIP"))


class RotateForm(Form):
    """How long the old secret of a credential works on."""

    grace = SelectField(
        N_("Rahasia lama"),
        choices=[
            SelectChoice("0", N_("berhenti sekarang juga")),
            SelectChoice("1h", N_("berlaku satu jam lagi")),
            SelectChoice("1d", N_("berlaku satu hari lagi")),
            SelectChoice("7d", N_("berlaku tujuh hari lagi")),
            SelectChoice("30d", N_("berlaku tiga puluh hari lagi")),
        ],
    )


class VoidForm(Form):
    """Why a statement is voided, and that its consequences are understood."""

    reason = TextAreaField(N_("Alasan"), [needed(), at_most(1000)], render_kw={"rows": 3})
    sure = BooleanField(
        N_("Saya mengerti bahwa pembatalan ini tidak dapat ditarik kembali."),
        [DataRequired(N_("Centang dulu untuk melanjutkan."))],
    )


class SecretForm(Form):
    """Another secret, and key, of a target of forwarding."""

    key = StringField(N_("Kunci baru"), [at_most(1000)], render_kw={"autocomplete": "off"})
    secret = PasswordField(N_("Rahasia baru"), [needed(), at_most(1000)], render_kw={"autocomplete": "off"})


class TargetForm(Form):
    """A target of forwarding. Lists have one IRI in each line."""

    name = StringField(N_("Nama tujuan"), [needed(), at_most(120)])
    endpoint = StringField(N_("Alamat xAPI"), [needed(), at_most(1000), WEB_ADDRESS])
    version = SelectField(
        N_("Versi xAPI"), choices=[SelectChoice("1.0.3", "xAPI 1.0.3"), SelectChoice("2.0.0", "xAPI 2.0.0")]
    )
    key = StringField(N_("Kunci Jampel di sana"), [needed(), at_most(1000)], render_kw={"autocomplete": "off"})
    secret = PasswordField(N_("Rahasia Jampel di sana"), [needed(), at_most(1000)], render_kw={"autocomplete": "off"})
    verbs = TextAreaField(N_("Hanya kata kerja ini (IRI)"), [at_most(4000)], render_kw={"rows": 2})
    activities = TextAreaField(N_("Hanya kegiatan ini (IRI)"), [at_most(4000)], render_kw={"rows": 2})
    sources = SelectMultipleField(
        N_("Hanya asal bukti ini"),
        choices=[
            SelectChoice("launch", N_("Peluncuran LTI")),
            SelectChoice("lms_record", N_("Catatan LMS")),
            SelectChoice("package", N_("Paket modul")),
            SelectChoice("sheet", N_("Daftar hadir")),
            SelectChoice("foreign", N_("Sistem lain")),
            SelectChoice("review", N_("Tinjauan")),
        ],
        option_widget=CheckboxInput(),
    )
    from_now = BooleanField(N_("Mulai dari sekarang; yang lama tidak dikirim"))
    attachments = BooleanField(N_("Kirim juga isi lampiran"), default=True)
    allow_http = BooleanField(N_("Izinkan alamat tanpa https (jaringan tertutup)"))


class ReviewForm(Form):
    """A validator's decision about one credit."""

    status = SelectField(
        N_("Putusan"),
        choices=[
            SelectChoice("Disetujui", N_("Disetujui")),
            SelectChoice("Perbaikan", N_("Perlu perbaikan")),
            SelectChoice("Ditolak", N_("Ditolak")),
        ],
    )
    reason = TextAreaField(N_("Alasan"), [needed(), at_most(2000)], render_kw={"rows": 3})
